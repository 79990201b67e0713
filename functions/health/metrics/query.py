"""One statistic of one metric over one window, and the command that shows the same."""

import shlex
from dataclasses import dataclass
from datetime import datetime

from health.metrics.windows import Window

SUM = "Sum"
MAXIMUM = "Maximum"
SAMPLE_COUNT = "SampleCount"
P50 = "p50"
P99 = "p99"


@dataclass(frozen=True, slots=True, order=True)
class Metric:
    """A metric as CloudWatch names it."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """What is asked for."""

    metric: Metric
    statistic: str
    window: Window

    @property
    def command(self) -> str:
        """Shows the same numbers to whoever may read them."""
        is_percentile = self.statistic.startswith("p")
        words = ["aws", "cloudwatch", "get-metric-statistics"]
        words += ["--namespace", self.metric.namespace, "--metric-name", self.metric.name]
        if self.metric.dimensions:
            pairs = (f"Name={name},Value={value}" for name, value in self.metric.dimensions)
            words += ["--dimensions", *pairs]
        words += ["--start-time", _zulu(self.window.start), "--end-time", _zulu(self.window.end)]
        words += ["--period", str(int(self.window.period.total_seconds()))]
        words += ["--extended-statistics" if is_percentile else "--statistics", self.statistic]
        return shlex.join(words)


def _zulu(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
