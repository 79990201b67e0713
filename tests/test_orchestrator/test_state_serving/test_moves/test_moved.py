"""One stack that cannot be moved does not hold up the others."""

import pytest

from orchestrator.state.errors import CorruptStateError, StoreUnavailableError
from orchestrator.state.names import StackName
from orchestrator.state.serving.errors import StackLockedError
from orchestrator.state.serving.moves.moved import MovedStack, MoveOutcome, move_each
from serving_files import DEV, PROD

NAMES = [StackName("shop", "a"), DEV, PROD]


def move(name: StackName) -> MovedStack:
    if name == DEV:
        raise StackLockedError("locked", way_out="wait")
    if name == PROD:
        raise CorruptStateError("broken")
    return MovedStack(name, MoveOutcome.MOVED)


def test_refusals_are_results() -> None:
    """Each has its outcome, and who was refused has the reason and the way out."""
    moved = list(move_each(NAMES, move))

    assert [each.outcome for each in moved] == [
        MoveOutcome.MOVED,
        MoveOutcome.REFUSED,
        MoveOutcome.REFUSED,
    ]
    assert (moved[1].reason, moved[1].way_out) == ("locked", "wait")


def test_a_store_that_does_not_answer_ends_it() -> None:
    """Trying the others would take for ever; another run goes on."""

    def fail(name: StackName) -> MovedStack:
        raise StoreUnavailableError("no answer")

    with pytest.raises(StoreUnavailableError):
        list(move_each(NAMES, fail))
