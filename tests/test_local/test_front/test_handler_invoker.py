"""What a handler in this process finds in its context."""

from datetime import UTC, datetime

from hoist.clock import FixedClock
from local.front.handler_invoker import FunctionContext, HandlerInvoker


def test_the_time_that_is_left() -> None:
    """The time left runs down with the clock, and not below zero."""
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    left: list[int] = []

    def handler(event: object, context: FunctionContext) -> None:
        for seconds in (0, 2, 100):
            clock.advance(seconds)
            left.append(context.get_remaining_time_in_millis())

    HandlerInvoker(handler, timeout_seconds=10, clock=clock).invoke({})

    assert left == [10_000, 8_000, 0]


def test_names_of_its_log() -> None:
    """The context names a log group as Lambda names it, and a stream."""
    seen: list[FunctionContext] = []

    def handler(event: object, context: FunctionContext) -> None:
        seen.append(context)

    HandlerInvoker(handler, function_name="f").invoke({})

    [context] = seen
    assert context.log_group_name == "/aws/lambda/f"
    assert context.log_stream_name == context.aws_request_id
