"""What is told last where there is an error instead of a result."""

from hoist.clock import Clock
from hoist.errors import HoistError
from hoist.operation_events import OperationEnded, OperationName, Outcome, Refusal


def operation_refused(
    operation: OperationName, error: HoistError, *, stack: str, clock: Clock
) -> OperationEnded:
    """A result like any other, for who reads NDJSON."""
    return OperationEnded(
        at=clock.now(),
        stack=stack,
        operation=operation,
        outcome=Outcome.REFUSED,
        error=Refusal(error.code, error.message, error.way_out),
    )
