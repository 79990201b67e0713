"""A client whose every call can be made to fail, or to kill, before or after it has its effect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ClientCall:
    """One call, counted from one over all operations. What was sent is nobody's business."""

    number: int
    operation: str


Hook = Callable[[ClientCall], None]


def _nothing(call: ClientCall) -> None:
    """No fault."""


class FaultyClient:
    """Any client, with hooks around each operation; what a hook raises is what the caller gets."""

    def __init__(self, client: object, *, before: Hook = _nothing, after: Hook = _nothing) -> None:
        self._client = client
        self._before = before
        self._after = after
        self._calls = 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        operate: Callable[..., Any] = getattr(self._client, operation)

        def call(*args: Any, **request: Any) -> Any:
            self._calls += 1
            made = ClientCall(self._calls, operation)
            self._before(made)
            try:
                return operate(*args, **request)
            finally:
                # A refusal is an answer, too.
                self._after(made)

        return call
