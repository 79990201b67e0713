"""Runs checks at the same time, each in a thread of its own, and waits no longer than it may.

Threads, since Lambda has no shared memory for processes to meet in. A thread cannot be stopped: a
look that hangs is left behind, and its check is not begun again before it has come back.
"""

import queue
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from health.checking.breaker import Breaker, LeftAloneError, NoBreaker
from health.checking.check import Check
from health.checking.outcome import Ending, Outcome
from hoist.clock import Clock
from hoist.errors import HoistError

Result = TypeVar("Result")


@dataclass(slots=True)
class _Round(Generic[Result]):
    """The looks that were begun together, and where each of them says how it ended."""

    ended: queue.SimpleQueue[Outcome[Result]] = field(default_factory=queue.SimpleQueue)
    outcomes: dict[str, Outcome[Result]] = field(default_factory=dict)
    waited_for: set[str] = field(default_factory=set)


class CheckRunner:
    """Remembers from one round to the next what has not come back. One round at a time."""

    def __init__(self, *, clock: Clock, breaker: Breaker | None = None) -> None:
        self._clock = clock
        self._breaker = breaker or NoBreaker()
        self._running: dict[str, threading.Thread] = {}

    def run(
        self, checks: Sequence[Check[Result]], *, budget_seconds: float
    ) -> Sequence[Outcome[Result]]:
        """One outcome per check, in their order, at the latest when the budget is used up."""
        if len({check.name for check in checks}) < len(checks):
            raise ValueError("two checks have the same name")
        deadline = self._clock.monotonic() + budget_seconds
        begun: _Round[Result] = _Round()
        for check in checks:
            self._begin(check, begun)
        self._collect(begun, deadline)
        for name in begun.waited_for:
            reason = f"no answer within {budget_seconds:g} s"
            begun.outcomes[name] = Outcome(name, Ending.TIMED_OUT, reason=reason)
        return _in_order(checks, begun.outcomes)

    def _begin(self, check: Check[Result], begun: _Round[Result]) -> None:
        name = check.name
        left_behind = self._running.get(name)
        if left_behind is not None and left_behind.is_alive():
            reason = "the last look has not come back yet"
            begun.outcomes[name] = Outcome(name, Ending.STILL_RUNNING, reason=reason)
            return
        begun.waited_for.add(name)
        # A daemon: a look that hangs must not keep the process from ending.
        thread = threading.Thread(target=self._look, args=(check, begun), name=name, daemon=True)
        self._running[name] = thread
        thread.start()

    def _look(self, check: Check[Result], begun: _Round[Result]) -> None:
        begun.ended.put(_outcome_of(check, self._breaker))

    def _collect(self, begun: _Round[Result], deadline: float) -> None:
        while begun.waited_for:
            seconds_left = max(deadline - self._clock.monotonic(), 0)
            try:
                outcome = begun.ended.get(timeout=seconds_left)
            except queue.Empty:
                return
            begun.outcomes[outcome.name] = outcome
            begun.waited_for.discard(outcome.name)


def _outcome_of(check: Check[Result], breaker: Breaker) -> Outcome[Result]:
    try:
        return Outcome(check.name, Ending.DONE, breaker.call(check.name, check.look))
    except LeftAloneError as error:
        return Outcome(check.name, Ending.LEFT_ALONE, reason=str(error))
    except HoistError as error:
        return Outcome(check.name, Ending.FAILED, reason=error.message)
    except Exception as error:  # noqa: BLE001 - the door of a check: what it raises is its outcome
        return Outcome(check.name, Ending.FAILED, reason=f"a fault in it: {type(error).__name__}")


def _in_order(
    checks: Sequence[Check[Result]], outcomes: Mapping[str, Outcome[Result]]
) -> Sequence[Outcome[Result]]:
    return [outcomes[check.name] for check in checks]
