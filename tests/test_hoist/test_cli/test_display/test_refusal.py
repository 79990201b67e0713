"""A refusal as the last event."""

from hoist.cli.display.refusal import operation_refused
from hoist.errors import UsageError
from hoist.operation_events import OperationName, Outcome, Refusal
from shown_operations import Narrator


def test_a_refusal_is_a_result_with_an_error() -> None:
    """An operation that did not begin has the error that the frame would show."""
    told = operation_refused(
        OperationName.UP, UsageError("no", way_out="yes"), stack="dev", clock=Narrator().clock
    )

    assert told.outcome is Outcome.REFUSED
    assert told.error == Refusal("usage", "no", "yes")
