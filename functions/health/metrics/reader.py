"""The seam between the rules and whoever has the numbers."""

from collections.abc import Sequence
from typing import Protocol

from health.metrics.query import MetricQuery
from health.metrics.series import Readings


class MetricReader(Protocol):
    """Reads metrics. Does not raise for what it cannot read: the series then says so."""

    def read(self, queries: Sequence[MetricQuery]) -> Readings:
        """A series for each of the queries."""
        ...
