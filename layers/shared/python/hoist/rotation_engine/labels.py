"""How a rotation stands, read from the labels of the secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


@dataclass(frozen=True, slots=True)
class SecretLabels:
    """What DescribeSecret tells of a secret."""

    arn: str
    name: str
    labels: Mapping[str, frozenset[str]]
    is_switched_off: bool = False

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> "SecretLabels":
        return cls(
            arn=answer["ARN"],
            name=answer["Name"],
            labels={
                version: frozenset(labels)
                for version, labels in answer.get("VersionIdsToStages", {}).items()
            },
            is_switched_off=answer.get("RotationEnabled") is False,
        )

    @property
    def current(self) -> str | None:
        return self._version_with(CURRENT)

    @property
    def pending(self) -> str | None:
        return self._version_with(PENDING)

    @property
    def in_progress(self) -> str | None:
        """The version of an unfinished rotation: pending, and not the current one."""
        return None if self.pending == self.current else self.pending

    def has(self, version: str, label: str) -> bool:
        return label in self.labels.get(version, frozenset())

    def _version_with(self, label: str) -> str | None:
        return next((version for version, held in self.labels.items() if label in held), None)


class Standing(Enum):
    """What has become of a rotation."""

    OPEN = auto()
    PROMOTED = auto()
    ABANDONED = auto()
    CANCELLED = auto()


def standing_of(token: str, labels: SecretLabels, *, base: str | None) -> Standing:
    """How the rotation of `token` stands that began when `base` was the current version."""
    if labels.current == token:
        return Standing.PROMOTED
    # Somebody has stored a value by hand, which counts as a rotation of its own.
    if labels.current != base or not labels.has(token, PENDING):
        return Standing.ABANDONED
    return Standing.CANCELLED if labels.is_switched_off else Standing.OPEN
