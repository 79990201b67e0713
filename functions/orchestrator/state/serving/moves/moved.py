"""What came of moving stacks, one by one: what cannot be moved does not hold up the others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from hoist.errors import HoistError, UsageError
from orchestrator.state.errors import CorruptStateError, StateConflictError
from orchestrator.state.names import StackName


class MoveOutcome(StrEnum):
    """How it ended for a stack."""

    MOVED = "moved"
    WOULD_MOVE = "would_move"
    """A dry run found nothing in the way."""
    UNCHANGED = "unchanged"
    """The same state is there already, from an earlier try."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class MovedStack:
    """One stack, and what came of it."""

    name: StackName
    outcome: MoveOutcome
    digest: str = ""
    """Of the state: the same text on both sides."""
    resource_count: int = 0
    reason: str = ""
    way_out: str = ""


def move_each(
    names: Iterable[StackName], move: Callable[[StackName], MovedStack]
) -> Iterator[MovedStack]:
    """Move one after the other. A store that does not answer ends it: run again, it goes on."""
    for name in names:
        try:
            yield move(name)
        except (StateConflictError, CorruptStateError, UsageError) as error:
            yield _refused(name, error)


def _refused(name: StackName, error: HoistError) -> MovedStack:
    return MovedStack(name, MoveOutcome.REFUSED, reason=error.message, way_out=error.way_out)
