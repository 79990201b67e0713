"""What a secret is, said as simply as possible: a table of values and a table of labels.

Kept by label, where the store keeps labels by version: the two cannot be wrong in the same way.
"""

from dataclasses import dataclass, field

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


@dataclass(slots=True)
class ModelSecret:
    """Values by version id, and version ids by label."""

    values: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def put(self, version_id: str, value: str, stages: set[str]) -> None:
        if CURRENT not in self.labels:
            stages = stages | {CURRENT}
        if CURRENT in stages:
            stages = stages - {PREVIOUS}
            self._demote(was_replaced=True)
        self.values[version_id] = value
        self.labels |= dict.fromkeys(stages, version_id)

    def move(self, stage: str, target: str) -> None:
        if stage == CURRENT and self.labels[CURRENT] != target:
            self._demote(was_replaced=False)
        self.labels[stage] = target

    def remove(self, stage: str) -> None:
        del self.labels[stage]

    def stages(self) -> dict[str, set[str]]:
        held: dict[str, set[str]] = {}
        for label, version_id in self.labels.items():
            held.setdefault(version_id, set()).add(label)
        return held

    def _demote(self, *, was_replaced: bool) -> None:
        current = self.labels.pop(CURRENT, None)
        if current is None:
            return
        if was_replaced and self.labels.get(PENDING) == current:
            del self.labels[PENDING]
        self.labels[PREVIOUS] = current
