"""What results and errors of an operation mean for its run."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.errors import HoistError
from orchestrator.engine.errors import ChildStartError, SupervisorLostError
from orchestrator.engine.events import Diagnostic, Severity
from orchestrator.engine.host.errors import ProgramHostError
from orchestrator.engine.operation_errors import OperationInvalidError, PendingCreatesError
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.programs.errors import ProgramInvalidError, ProgramStorageError
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.runs.moves import MAX_REASON_LENGTH
from orchestrator.runs.options import RunOptions
from orchestrator.runs.records import Progress, Slice
from orchestrator.runs.states import SliceOutcome
from orchestrator.state.errors import (
    CorruptStateError,
    RecordChangedError,
    StackNotFoundError,
    StoreUnavailableError,
    UpdateInProgressError,
)
from orchestrator.state.names import StackName
from orchestrator.uploads.errors import ProgramNotUploadedError
from orchestrator.work.conclusions import (
    conclusion_of_error,
    conclusion_of_result,
    needs_attention,
)
from orchestrator.work.errors import CredentialsMissingError
from orchestrator.work.stop import Stop, StopReason
from run_builders import running
from storages import NOON

DEV = StackName("shop", "dev")
URN = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::pictures"


def result(outcome: Outcome, **facts: Any) -> OperationResult:
    return OperationResult(OperationKind.UP, outcome, 1, 2.0, **facts)


def stopped_by(*reasons: StopReason) -> Stop:
    stop = Stop()
    for reason in reasons:
        stop.ask(reason)
    return stop


@pytest.mark.parametrize(
    ("outcome", "reasons", "expected"),
    [
        (Outcome.SUCCEEDED, (), SliceOutcome.SUCCEEDED),
        (Outcome.SUCCEEDED, (StopReason.WISH,), SliceOutcome.SUCCEEDED),
        (Outcome.FAILED, (), SliceOutcome.FAILED),
        (Outcome.FAILED, (StopReason.TERMINATED,), SliceOutcome.FAILED),
        (Outcome.INTERRUPTED, (), SliceOutcome.INTERRUPTED),
        (Outcome.CANCELLED, (StopReason.WISH,), SliceOutcome.CANCELLED),
        (Outcome.CANCELLED, (StopReason.TERMINATED,), SliceOutcome.INTERRUPTED),
        (Outcome.CANCELLED, (StopReason.LEASE_OVER,), SliceOutcome.INTERRUPTED),
        (Outcome.CANCELLED, (StopReason.WISH, StopReason.LEASE_OVER), SliceOutcome.CANCELLED),
        (Outcome.CHANGES_FOUND, (), SliceOutcome.FAILED),
    ],
)
def test_outcomes_of_operations(
    outcome: Outcome, reasons: tuple[StopReason, ...], expected: SliceOutcome
) -> None:
    """A run is cancelled by a wish alone; whatever else stopped it, the next slice goes on."""
    conclusion = conclusion_of_result(result(outcome), running(), stopped_by(*reasons))

    assert conclusion.ending.outcome is expected


def test_a_failure_says_what_failed_first() -> None:
    """The resource and the first line of its error, not the engine's own echo of it."""
    failed = result(
        Outcome.FAILED,
        failed_urns=[URN],
        diagnostics=[
            Diagnostic(Severity.WARNING, "slow", URN),
            Diagnostic(Severity.ERROR, "update failed"),
            Diagnostic(Severity.ERROR, "access denied\nrequest 17", URN),
        ],
    )

    reason = conclusion_of_result(failed, running(), Stop()).ending.reason

    assert reason == "1 resource(s) failed, the first: pictures: access denied"


def test_a_failure_without_a_word_has_a_reason() -> None:
    """The update's own, or that there is none."""
    said = result(Outcome.FAILED, reason="the engine ended without completing it")
    silent = result(Outcome.FAILED)

    reasons = [conclusion_of_result(one, running(), Stop()).ending.reason for one in (said, silent)]

    assert reasons == [
        "the engine ended without completing it",
        "the engine ended without saying why",
    ]


def test_changes_of_an_earlier_slice_are_found_as_well() -> None:
    """A run that expected none does not succeed because its last slice had nothing left to do."""
    run = running()
    earlier = Slice(1, "worker-1", NOON, Progress(resources_finished=2))
    expecting = replace(run.request, options=RunOptions(expect_no_changes=True))
    run = replace(run, request=expecting, slices=(earlier, replace(run.slices[0], number=2)))

    conclusion = conclusion_of_result(result(Outcome.SUCCEEDED), run, Stop())

    assert conclusion.ending.outcome is SliceOutcome.FAILED
    assert conclusion.result
    assert conclusion.result.outcome is Outcome.CHANGES_FOUND


@pytest.mark.parametrize(
    "error",
    [
        ProgramInvalidError("no Pulumi.yaml", way_out="add one"),
        ProgramNotUploadedError("0" * 64),
        UpdateInProgressError("another update is in progress"),
        StackNotFoundError("no stack"),
        OperationInvalidError("cannot do that"),
        CorruptStateError("it does not add up"),
    ],
)
def test_errors_of_the_run_fail_it(error: HoistError) -> None:
    """Another worker could do nothing about them; sentence and way out are the reason."""
    conclusion = conclusion_of_error(error)

    assert conclusion
    assert conclusion.ending.outcome is SliceOutcome.FAILED
    assert error.message in conclusion.ending.reason
    assert error.way_out in conclusion.ending.reason


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailableError("no answer"),
        RecordChangedError("changing too fast"),
        ProgramStorageError("disk full"),
        CredentialsMissingError("none"),
        ChildStartError("pulumi", "no such file"),
        SupervisorLostError("pulumi", 1),
        ProgramHostError("it died"),
    ],
)
def test_errors_of_the_worker_are_no_end_of_the_run(error: HoistError) -> None:
    """Another worker, or this one later, may get on."""
    assert conclusion_of_error(error) is None


def test_pending_creates_ask_a_person() -> None:
    """The run waits, and keeps the error for its result."""
    conclusion = conclusion_of_error(PendingCreatesError(DEV, [URN]))

    assert conclusion
    assert conclusion.ending.outcome is SliceOutcome.NEEDS_ATTENTION
    for part in (
        URN,
        "hoist cancel",
        "--import-pending-create",
        "--clear-pending-creates",
        "retry",
    ):
        assert part in conclusion.ending.reason


@given(st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=900), min_size=1))
def test_the_ways_out_fit_whatever_is_pending(urns: list[str]) -> None:
    """However many and long they are, the reason is not cut, and its end is what to do."""
    reason = needs_attention(urns).reason

    assert len(reason) <= MAX_REASON_LENGTH
    assert reason.endswith("retry` to create them once more")
    assert f"whether {len(urns)} create(s)" in reason
