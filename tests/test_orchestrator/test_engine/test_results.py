"""How an operation ended, from what is known of it."""

from dataclasses import replace

import pytest

from orchestrator.engine.deadline import StopCause
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.results import (
    EXIT_CHANGES_FOUND,
    Facts,
    OperationResult,
    Outcome,
    decide_outcome,
)
from orchestrator.state.records import UpdateStatus

GOOD = Facts(
    exit_code=0,
    stop_cause=None,
    step_failed=False,
    status=UpdateStatus.SUCCEEDED,
    is_dry_run=False,
)


def test_exit_code_and_record_make_a_success() -> None:
    """An operation has succeeded if the engine and our own record of the update say so."""
    assert decide_outcome(GOOD) is Outcome.SUCCEEDED


@pytest.mark.parametrize(
    "status",
    [status for status in UpdateStatus if status is not UpdateStatus.SUCCEEDED] + [None],
)
def test_exit_code_0_alone_proves_nothing(status: UpdateStatus | None) -> None:
    """The engine may end well though the record of its update says otherwise, or there is none."""
    assert decide_outcome(replace(GOOD, status=status)) is Outcome.FAILED


@pytest.mark.parametrize("exit_code", [1, 255, None])
def test_a_failed_engine_is_a_failure(exit_code: int | None) -> None:
    """An engine that ended badly, or by a signal, has failed whatever was recorded before."""
    assert decide_outcome(replace(GOOD, exit_code=exit_code)) is Outcome.FAILED


def test_a_preview_has_no_record() -> None:
    """Of a dry run only the exit code tells."""
    preview = replace(GOOD, status=None, is_dry_run=True)

    assert decide_outcome(preview) is Outcome.SUCCEEDED
    assert decide_outcome(replace(preview, exit_code=1)) is Outcome.FAILED
    assert decide_outcome(replace(preview, exit_code=EXIT_CHANGES_FOUND)) is Outcome.CHANGES_FOUND


def test_unexpected_changes_are_no_failure_unless_the_update_failed() -> None:
    """Changes that nobody expected are an outcome of their own, if they went well."""
    found = replace(GOOD, exit_code=EXIT_CHANGES_FOUND)

    assert decide_outcome(found) is Outcome.CHANGES_FOUND
    assert decide_outcome(replace(found, status=UpdateStatus.FAILED)) is Outcome.FAILED


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [(StopCause.DEADLINE, Outcome.INTERRUPTED), (StopCause.CANCEL, Outcome.CANCELLED)],
)
def test_a_stop_is_told_by_its_cause(cause: StopCause, outcome: Outcome) -> None:
    """Told to stop and with nothing failed, an operation was interrupted or cancelled."""
    stopped = replace(GOOD, exit_code=1, stop_cause=cause, status=UpdateStatus.FAILED)

    assert decide_outcome(stopped) is outcome
    assert decide_outcome(replace(stopped, exit_code=None)) is outcome
    assert decide_outcome(replace(stopped, step_failed=True)) is Outcome.FAILED
    assert decide_outcome(replace(stopped, exit_code=0, status=UpdateStatus.SUCCEEDED)) is (
        Outcome.SUCCEEDED
    )


@pytest.mark.parametrize(
    ("changes", "has_changes"),
    [({}, False), ({"same": 4}, False), ({"same": 4, "create": 0}, False), ({"update": 1}, True)],
)
def test_sames_are_no_changes(changes: dict[str, int], *, has_changes: bool) -> None:
    """Resources that stay as they are do not make a change."""
    result = OperationResult(OperationKind.UP, Outcome.SUCCEEDED, 0, 1.0, changes=changes)

    assert result.has_changes is has_changes
