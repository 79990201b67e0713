"""Calls a handler in this process as Lambda would: for tests and benches without an emulator."""

import json
import logging
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hoist.clock import Clock, SystemClock
from local.front.invoker import Invocation
from local.front.limits import ANSWER_SECONDS

# A handler takes an event and a context, and nothing is known of either.
Handler = Callable[[Any, Any], Any]

_UNHANDLED = "Unhandled"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FunctionContext:
    """The context object of one call, with the names that Lambda gives them."""

    function_name: str
    aws_request_id: str
    ends_at: float
    clock: Clock
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "512"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return self.aws_request_id

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.ends_at - self.clock.monotonic()) * 1000))


class HandlerInvoker:
    """Calls one handler; an exception of its becomes a failed invocation, as on Lambda."""

    def __init__(
        self,
        handler: Handler,
        *,
        function_name: str = "handler",
        timeout_seconds: float = ANSWER_SECONDS,
        clock: Clock = SystemClock(),  # noqa: B008 - it has no state
    ) -> None:
        self._handler = handler
        self._function_name = function_name
        self._timeout_seconds = timeout_seconds
        self._clock = clock

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        context = FunctionContext(
            function_name=self._function_name,
            aws_request_id=str(uuid.uuid4()),
            ends_at=self._clock.monotonic() + self._timeout_seconds,
            clock=self._clock,
        )
        try:
            return Invocation(json.dumps(self._handler(event, context)).encode())
        except Exception as error:
            log.exception("handler_failed")
            return Invocation(_failure(error, context.aws_request_id), _UNHANDLED)


def _failure(error: Exception, request_id: str) -> bytes:
    document = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }
    return json.dumps(document).encode()
