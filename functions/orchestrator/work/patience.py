"""Asks a store again that did not answer, or whose record did not hold still."""

from collections.abc import Callable
from typing import TypeVar

from hoist.clock import Clock
from hoist.errors import EnvironmentFaultError
from orchestrator.state.errors import StateConflictError

PASSING = (EnvironmentFaultError, StateConflictError)
"""The next try may find the store answering, or the record holding still."""
ATTEMPTS = 3
PAUSE_SECONDS = 1.0

Answer = TypeVar("Answer")


def patiently(call: Callable[[], Answer], *, clock: Clock) -> Answer:
    """The call's answer; the last error, if none of the tries came through.

    For calls that may be repeated. AWS clients try a few times by themselves, within each of them.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except PASSING:
            clock.sleep(PAUSE_SECONDS)
    return call()
