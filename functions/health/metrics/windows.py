"""Aligned windows of time that end in the past.

    now ─────────────────────────────────────────────────────┐
             │◄───────── length ─────────►│◄── settle ──► ◄─┤ less than a period
             start                        end

CloudWatch shows a point some time after what it counts. An error is worse: its point stands at the
time when the invocation began, and appears when it has ended. So what a function with a timeout of
15 minutes did is known for certain only 15 minutes later still.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

# Lambda's points are there after about a minute; this is twice that.
SETTLE = timedelta(minutes=2)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to before `end`; both lie on multiples of the period."""

    start: datetime
    end: datetime
    period: timedelta

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def periods(self) -> int:
        """How many points there can be."""
        return self.length // self.period

    def last(self, length: timedelta) -> "Window":
        """The last part of it; `length` is a multiple of the period."""
        return replace(self, start=self.end - length)

    def earlier_by(self, shift: timedelta) -> "Window":
        """As long, but earlier: by `shift`, rounded up to whole periods."""
        whole = -(-shift // self.period) * self.period
        return replace(self, start=self.start - whole, end=self.end - whole)

    def covers(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


def window_before(
    now: datetime, *, length: timedelta, period: timedelta, settle: timedelta = SETTLE
) -> Window:
    """The latest window of that length which is over and settled."""
    settled = now - settle
    end = settled - (settled - EPOCH) % period
    return Window(end - length, end, period)
