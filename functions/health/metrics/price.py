"""What reading costs. CloudWatch charges per metric asked for, and GetMetricData is in no free
tier: three functions with eight metrics each cost ten dollars a month when read every minute.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from health.metrics.query import MetricQuery

USD_PER_METRIC = 0.01 / 1000
# Up to five statistics of a metric in one request count as one metric.
STATISTICS_PER_METRIC = 5


@dataclass(frozen=True, slots=True)
class CallCount:
    """Calls of GetMetricData, and the metrics that they are charged for."""

    calls: int = 0
    metrics: int = 0

    def __add__(self, other: "CallCount") -> "CallCount":
        return CallCount(self.calls + other.calls, self.metrics + other.metrics)

    @property
    def usd(self) -> float:
        return self.metrics * USD_PER_METRIC


def one_call(queries: Iterable[MetricQuery]) -> CallCount:
    """What a call with these queries is charged for."""
    statistics = Counter(query.metric for query in queries)
    charged = sum(-(-count // STATISTICS_PER_METRIC) for count in statistics.values())
    return CallCount(1, charged)
