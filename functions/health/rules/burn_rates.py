"""How fast an error budget is used up, over two windows at once.

The long window says that it is no accident, the short one that it still goes on. A burn rate of 1
uses up a month's budget in a month; 14.4 uses up 2 % of it in an hour.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from health.findings.finding import Severity
from health.metrics.windows import Window

# One in a hundred may fail. What has few invocations cannot promise more and be judged by it.
OBJECTIVE = 0.99
BUDGET_PERIOD = timedelta(days=30)
# With fewer events a single failure would look like an outage.
MIN_EVENTS = 25


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened in a window."""

    total: float
    bad: float

    @property
    def bad_share(self) -> float:
        """0 when nothing happened."""
        return self.bad / self.total if self.total > 0 else 0.0

    def burn_rate(self, objective: float = OBJECTIVE) -> float:
        return self.bad_share / (1 - objective)


@dataclass(frozen=True, slots=True)
class WindowPair:
    """Two windows that end together, and the rate that is too much in both."""

    long: timedelta
    short: timedelta
    rate: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class Burn:
    """A pair of windows whose rate is too high in both of them."""

    pair: WindowPair
    window: Window
    """The long one."""
    counts: Counts
    """Of the long one."""


# The SRE workbook's: 2 %, 5 %, 10 % and 10 % of a month's budget, worst first.
PAIRS = (
    WindowPair(timedelta(hours=1), timedelta(minutes=5), 14.4, Severity.FAIL),
    WindowPair(timedelta(hours=6), timedelta(minutes=30), 6.0, Severity.FAIL),
    WindowPair(timedelta(days=1), timedelta(hours=2), 3.0, Severity.WARN),
    WindowPair(timedelta(days=3), timedelta(hours=6), 1.0, Severity.WARN),
)
LONGEST = max(pair.long for pair in PAIRS)


def burns(count: Callable[[Window], Counts], window: Window) -> Iterator[Burn]:
    """The pairs at the end of `window` that burn too fast, worst first.

    A pair whose long window saw fewer than MIN_EVENTS is not asked: a longer one judges.
    """
    for pair in PAIRS:
        long = window.last(pair.long)
        counts = count(long)
        if counts.total < MIN_EVENTS or counts.burn_rate() < pair.rate:
            continue
        if count(window.last(pair.short)).burn_rate() >= pair.rate:
            yield Burn(pair, long, counts)
