"""What went in and what went wrong: three series that several rules share, read once.

A throttled call is no invocation, so both are counted together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from health.metrics.query import SUM, MetricQuery
from health.metrics.series import Readings, Series
from health.metrics.windows import Window, window_before
from health.rules.burn_rates import LONGEST, Counts
from health.rules.lambda_metrics import PERIOD, function_query

# The longest that a function can run, and so the latest that its error can appear.
LATEST_ERROR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class TrafficQueries:
    """The three queries, over one window."""

    invocations: MetricQuery
    errors: MetricQuery
    throttles: MetricQuery

    @classmethod
    def of(cls, function: str, now: datetime) -> Self:
        # The same for every function, whatever its timeout: so all of them fit into one call.
        window = window_before(now, length=LONGEST + LATEST_ERROR, period=PERIOD)
        return cls(
            function_query(function, "Invocations", SUM, window),
            function_query(function, "Errors", SUM, window),
            function_query(function, "Throttles", SUM, window),
        )

    @property
    def all(self) -> Sequence[MetricQuery]:
        return (self.invocations, self.errors, self.throttles)

    @property
    def window(self) -> Window:
        return self.invocations.window


@dataclass(frozen=True, slots=True)
class Traffic:
    """The three series."""

    invocations: Series
    errors: Series
    throttles: Series

    @classmethod
    def read(cls, queries: TrafficQueries, readings: Readings) -> Self:
        return cls(*(readings.of(query) for query in queries.all))

    @property
    def lacks(self) -> str:
        """Why nothing can be said of it; empty when something can.

        Lambda tells of errors and throttles with each invocation, be it zero: where there are
        invocations and no such points, those are missing.
        """
        for series in (self.invocations, self.errors, self.throttles):
            if series.lacks:
                return series.lacks
        if self.invocations.is_empty and self.throttles.is_empty:
            return "nothing tells whether it was invoked"
        if self.errors.is_empty and not self.invocations.is_empty:
            return "nothing tells whether its invocations failed"
        if self.throttles.is_empty:
            return "nothing tells whether calls were throttled"
        return ""

    def is_idle(self, window: Window) -> bool:
        """Whether it is known that nobody called in this window."""
        told = (self.invocations, self.errors, self.throttles)
        return all(series.within(window).is_silent for series in told)

    def counts(self, window: Window) -> Counts:
        """Bad is what failed or was not let in."""
        throttled = self.throttles.within(window).total
        failed = self.errors.within(window).total
        return Counts(self.invocations.within(window).total + throttled, failed + throttled)

    def throttle_counts(self, window: Window) -> Counts:
        throttled = self.throttles.within(window).total
        return Counts(self.invocations.within(window).total + throttled, throttled)
