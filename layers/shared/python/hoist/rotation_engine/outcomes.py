"""How a rotation ended."""

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """The ends that a rotation can come to."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StepFailure:
    """The step that failed, and the text of the function's error."""

    step: str
    error_type: str
    message: str


@dataclass(frozen=True, slots=True)
class RotationOutcome:
    """The end of one rotation, after all its tries."""

    token: str
    ending: Ending
    tries: int
    failure: StepFailure | None = None
