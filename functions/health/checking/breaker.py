"""The seam to a circuit breaker in front of a check: what does not answer is asked less often."""

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class LeftAloneError(Exception):
    """The check was not asked. Never leaves the runner."""


class Breaker(Protocol):
    """Stands in front of checks, each by its name."""

    def call(self, name: str, look: Callable[[], Result]) -> Result:
        """What `look` gives or raises; raises LeftAloneError without calling it."""
        ...


class NoBreaker:
    """Always asks."""

    def call(self, name: str, look: Callable[[], Result]) -> Result:
        return look()
