"""The seam to what answers: a function on the emulator, or a handler in this process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Invocation:
    """What came of an invoke: JSON, and the kind of error if the function failed."""

    payload: bytes
    function_error: str | None = None


class Invoker(Protocol):
    """Calls a function and waits for its answer."""

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        """What the function made of the event, its failure among it.

        Raises EventTooLargeError, FunctionMissingError, FunctionTimedOutError and
        FunctionUnavailableError.
        """
        ...
