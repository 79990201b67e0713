"""Where the worker's facts go: one line each, an event and its fields, never a secret."""

from typing import Protocol


class FactLog(Protocol):
    """A structured log."""

    def tell(self, event: str, /, **fields: str | int | float) -> None:
        """Something happened as it should."""
        ...

    def warn(self, event: str, error: BaseException, /, **fields: str | int | float) -> None:
        """Something went wrong, and the work goes on."""
        ...

    def fail(self, event: str, error: BaseException, /, **fields: str | int | float) -> None:
        """Something went wrong that ends the invocation; with its trace."""
        ...
