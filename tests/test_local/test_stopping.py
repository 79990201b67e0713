"""What Ctrl-C does while the engine runs."""

import os
import signal
import threading
from datetime import UTC, datetime

import pytest

from hoist.clock import FixedClock
from local.stopping import Stopping, on_interrupt
from orchestrator.engine.deadline import Escalation, StopCause, StopPolicy, StopStep


class Interrupted:
    """An engine that runs for a while, and the requests to stop it."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
        self.told: list[bool] = []
        self.stopping = Stopping(clock=self.clock, tell=self.told.append)
        self.escalation = Escalation(
            StopPolicy(), self.stopping.deadline, started_at=self.clock.monotonic()
        )
        self.clock.advance(5)

    def next_step(self) -> StopStep | None:
        is_cancelled = self.stopping.cancel.is_set()
        return self.escalation.next_step(self.clock.monotonic(), is_cancelled=is_cancelled)


def test_nothing_stops_it_by_itself() -> None:
    """Without a request there is no deadline."""
    engine = Interrupted()
    engine.clock.advance(1_000_000)

    assert engine.next_step() is None


def test_the_first_request_is_gentle() -> None:
    """The engine is interrupted once, and then has time to finish what is in flight."""
    engine = Interrupted()
    engine.stopping.request()

    assert engine.next_step() is StopStep.INTERRUPT
    engine.clock.advance(30)
    assert engine.next_step() is None
    assert engine.told == [False]
    assert engine.escalation.cause is StopCause.CANCEL


def test_the_second_request_is_harder() -> None:
    """It is interrupted again at once, and killed if it does not end after that."""
    engine = Interrupted()
    engine.stopping.request()
    engine.next_step()
    engine.stopping.request()

    assert engine.next_step() is StopStep.INTERRUPT
    engine.clock.advance(StopPolicy().kill_after_seconds)
    assert engine.next_step() is StopStep.KILL
    assert engine.told == [False, True]


def test_more_requests_buy_no_more_time() -> None:
    """A third request does not put off what the second one brought on."""
    engine = Interrupted()
    engine.stopping.request()
    engine.stopping.request()
    ends_at = engine.stopping.deadline.ends_at
    engine.clock.advance(3)
    engine.stopping.request()

    assert engine.stopping.deadline.ends_at == ends_at


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_requests(number: signal.Signals) -> None:
    """Each signal is answered in another thread; afterwards all is as it was before."""
    heard, before = threading.Event(), signal.getsignal(number)

    with on_interrupt(heard.set):
        os.kill(os.getpid(), number)
        assert heard.wait(10)

    assert signal.getsignal(number) is before
