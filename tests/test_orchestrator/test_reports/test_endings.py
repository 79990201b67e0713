"""The result of an operation as it is told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hoist import operation_events as shown
from hoist.clock import FixedClock
from orchestrator.engine.events import Diagnostic, Severity
from orchestrator.engine.operation_errors import PendingCreatesError
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.pending_creates import PendingCreate
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.reports.endings import (
    Surroundings,
    operation_ended,
    operation_refused,
)
from orchestrator.state.names import StackName
from orchestrator.state.secret_values import SECRET_SIGNATURE, SIGNATURE_KEY

CLOCK = FixedClock(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::pictures"
QUEUE = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"
SEALED = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:abc:def"}


def error(message: str, urn: str = "") -> Diagnostic:
    return Diagnostic(Severity.ERROR, message, urn)


def ended(outcome: Outcome, *, around: dict[str, Any] | None = None, **facts: Any) -> Any:
    result = OperationResult(OperationKind.UP, outcome, 1, 2.0, **facts)
    surroundings = Surroundings(stack=StackName("shop", "dev"), **(around or {}))
    return operation_ended(result, surroundings, clock=CLOCK)


def test_failures_are_by_resource_and_the_rest_comes_last() -> None:
    """Each failed resource has all of its errors; the engine's echo of them is left out."""
    told = ended(
        Outcome.FAILED,
        diagnostics=(
            error("Traceback: boom"),
            error("no", BUCKET),
            error("really no", BUCKET),
            error("refused", QUEUE),
            error("update failed"),
            Diagnostic(Severity.WARNING, "careful", BUCKET),
        ),
        failed_urns=(BUCKET,),
        around={"failed_operations": {BUCKET: "create"}},
    )

    assert told.failures == (
        shown.Failure(BUCKET, "aws:s3/bucket:Bucket", "create", "no\nreally no"),
        shown.Failure(QUEUE, "aws:sqs/queue:Queue", "", "refused"),
        shown.Failure("", "", "", "Traceback: boom"),
    )


def test_a_failure_without_a_reason_is_still_told() -> None:
    """A step that failed in silence is in the list."""
    told = ended(Outcome.FAILED, failed_urns=(BUCKET,), diagnostics=(error("update failed"),))

    assert [failure.urn for failure in told.failures] == [BUCKET]


def test_an_engine_that_says_nothing_else_is_quoted() -> None:
    """Where its echo is all there is, it is better than nothing."""
    told = ended(Outcome.FAILED, diagnostics=(error("update failed"),))

    assert [failure.message for failure in told.failures] == ["update failed"]


def test_who_cancelled_is_not_told_that_it_failed() -> None:
    """The engine's word for it is no failure; with another outcome it is told."""
    said = (error("update canceled"),)

    assert ended(Outcome.CANCELLED, diagnostics=said).failures == ()
    assert [each.message for each in ended(Outcome.FAILED, diagnostics=said).failures] == [
        "update canceled"
    ]


def test_outputs_are_hidden() -> None:
    """A secret output, and a secret within an output, read [secret]."""
    told = ended(
        Outcome.SUCCEEDED, around={"outputs": {"a": SEALED, "b": {"c": [SEALED, 1]}, "d": "x"}}
    )

    assert told.outputs == {
        "a": shown.Output("[secret]", is_secret=True),
        "b": shown.Output({"c": ["[secret]", 1]}, is_secret=True),
        "d": shown.Output("x", is_secret=False),
    }


def test_pending_creates_are_told() -> None:
    """Who is left with a create in doubt hears which one."""
    told = ended(
        Outcome.CANCELLED, pending_creates=(PendingCreate(BUCKET, "aws:s3/bucket:Bucket"),)
    )

    assert [create.urn for create in told.pending_creates] == [BUCKET]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_can_be_told(outcome: Outcome) -> None:
    """Each way in which an operation can end has a name on the screen."""
    assert ended(outcome).outcome == outcome.value


def test_what_did_not_begin_is_refused_with_the_reason() -> None:
    """The error with its code and way out, and the creates that it is about."""
    stack = StackName("shop", "dev")
    error = PendingCreatesError(stack, [BUCKET, "no URN"])

    told = operation_refused(OperationKind.UP, stack, error, clock=CLOCK, pending_urns=error.urns)

    assert (told.outcome, told.stack) == (shown.Outcome.REFUSED, "shop/dev")
    assert told.error == shown.Refusal("pending_creates", error.message, error.way_out)
    assert told.pending_creates == (
        shown.PendingCreate(BUCKET, "aws:s3/bucket:Bucket"),
        shown.PendingCreate("no URN", ""),
    )
