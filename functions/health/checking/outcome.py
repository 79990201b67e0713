"""How one check ended."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Ending(StrEnum):
    """All but the first mean that nothing is known."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STILL_RUNNING = "still_running"
    """The last round's look has not come back yet, so none was begun."""
    LEFT_ALONE = "left_alone"
    """It failed so often in a row that it was not asked."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """Of the check of this name; `result` is there if it is done, `reason` if it is not."""

    name: str
    ending: Ending
    result: Result | None = None
    reason: str = ""
