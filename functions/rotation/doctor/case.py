"""All that is known of one secret at one time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rotation.doctor.log import LogEntry
from rotation.doctor.probes import Answer, Liveness
from rotation.doctor.record import SecretRecord
from rotation.errors import FailureKind
from rotation.steps import Stage


@dataclass(frozen=True, slots=True)
class Examination:
    """A secret, what its log tells, and what its target said."""

    record: SecretRecord
    at: datetime
    strategy: str = ""
    answers: Mapping[Stage, Answer] = field(default_factory=dict)
    # Why the strategy's own test refused the pending value, asking only.
    refusal: FailureKind | None = None
    failure: LogEntry | None = None
    # Why there is no log to look into; the failure is then unknown, which is not none.
    log_fault: str = ""

    def life(self, stage: Stage) -> Liveness:
        answer = self.answers.get(stage)
        return answer.life if answer else Liveness.NOT_ASKED

    def version(self, stage: Stage) -> str:
        found = self.record.with_stage(stage)
        return found.version_id if found else ""

    @property
    def open_version(self) -> str:
        """The version of an unfinished rotation; empty if there is none."""
        pending = self.version(Stage.PENDING)
        return "" if pending == self.version(Stage.CURRENT) else pending

    @property
    def has_pending_value(self) -> bool:
        pending = self.record.with_stage(Stage.PENDING)
        return pending is not None and pending.created_at is not None
