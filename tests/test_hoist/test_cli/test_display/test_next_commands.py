"""What is advised after an operation."""

import pytest

from hoist.cli.display.next_commands import SelectionArguments, Situation, with_next_commands
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
    waiting_run: str = "",
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
    situation = Situation(is_stack_removed=is_stack_removed, waiting_run=waiting_run)
    told = with_next_commands(ended, PROD, situation)
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


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.REFUSED}))
def test_pending_creates_come_before_all_else(outcome: Outcome) -> None:
    """Nothing else makes sense until it is settled whether they exist."""
    assert advice(OperationName.UP, outcome, has_pending_creates=True) == [
        "hoist refresh web --stack prod --import-pending-create URN=ID",
        "hoist refresh web --stack prod --clear-pending-creates",
    ]


def test_a_run_that_needs_a_decision_is_settled_before_the_creates() -> None:
    """A refresh would wait behind the run that needs it, so that one is given up first."""
    refresh = "hoist refresh web --stack prod"
    there = "--directory web --stack prod"

    assert advice(
        OperationName.UP, Outcome.FAILED, has_pending_creates=True, waiting_run="run-1"
    ) == [
        f"hoist cancel run-1 {there} && {refresh} --import-pending-create URN=ID",
        f"hoist cancel run-1 {there} && {refresh} --clear-pending-creates",
        f"hoist runs resolve run-1 retry {there}",
    ]


def test_a_run_that_waits_for_another_reason_goes_on_or_is_given_up() -> None:
    """Both answers that the server takes are told."""
    there = "--directory web --stack prod"

    assert advice(OperationName.UP, Outcome.FAILED, waiting_run="run-1") == [
        f"hoist runs resolve run-1 retry {there}",
        f"hoist cancel run-1 {there}",
    ]
