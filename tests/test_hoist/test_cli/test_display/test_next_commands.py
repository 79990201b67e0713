"""What is advised after an operation."""

import pytest

from hoist.cli.display.next_commands import SelectionArguments, with_next_commands
from hoist.operation_events import (
    OperationEnded,
    OperationName,
    Outcome,
    Output,
    PendingCreate,
)
from shown_operations import BEGINNING, BUCKET, PICTURES, STACK

PROD = SelectionArguments(positional=" web --stack prod", named=" --directory web --stack prod")


def advice(
    operation: OperationName,
    outcome: Outcome = Outcome.SUCCEEDED,
    *,
    has_changes: bool = True,
    has_outputs: bool = False,
    has_pending_creates: bool = False,
    is_stack_removed: bool = False,
) -> list[str]:
    ended = OperationEnded(
        at=BEGINNING,
        stack=STACK,
        operation=operation,
        outcome=outcome,
        changes={"same": 3, "create": 1 if has_changes else 0},
        outputs={"url": Output("x", is_secret=False)} if has_outputs else {},
        pending_creates=(PendingCreate(PICTURES, BUCKET),) if has_pending_creates else (),
    )
    told = with_next_commands(ended, PROD, is_stack_removed=is_stack_removed)
    return [each.command for each in told.next_commands]


def test_a_preview_that_found_changes_leads_to_an_update() -> None:
    """The same stack and directory are named again."""
    assert advice(OperationName.PREVIEW) == ["hoist up web --stack prod"]
    assert advice(OperationName.PREVIEW, has_changes=False) == []


def test_an_update_leads_to_its_outputs() -> None:
    """Where nothing is exported there is nothing to read."""
    up = OperationName.UP

    assert advice(up, has_outputs=True) == ["hoist outputs --directory web --stack prod"]
    assert advice(up) == []


def test_drift_leads_to_a_preview() -> None:
    """After a refresh that found drift, the question is what an update would do."""
    assert advice(OperationName.REFRESH) == ["hoist preview web --stack prod"]


def test_a_destroyed_stack_may_be_removed_once() -> None:
    """What is removed already cannot be removed again."""
    destroy = OperationName.DESTROY

    assert advice(destroy) == ["hoist destroy web --stack prod --remove"]
    assert advice(destroy, is_stack_removed=True) == []


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED, Outcome.INTERRUPTED])
def test_what_did_not_come_to_its_end_goes_on(outcome: Outcome) -> None:
    """The same command takes it up from where it is."""
    assert advice(OperationName.UP, outcome) == ["hoist up web --stack prod"]


def test_unexpected_changes_are_to_be_looked_at() -> None:
    """Who expected no changes wants to see them first."""
    assert advice(OperationName.UP, Outcome.CHANGES_FOUND) == ["hoist preview web --stack prod"]


@pytest.mark.parametrize("outcome", set(Outcome) - {Outcome.REFUSED})
def test_pending_creates_come_before_all_else(outcome: Outcome) -> None:
    """Nothing else makes sense until it is settled whether they exist."""
    assert advice(OperationName.UP, outcome, has_pending_creates=True) == [
        "hoist refresh web --stack prod --import-pending-create URN=ID",
        "hoist refresh web --stack prod --clear-pending-creates",
    ]
