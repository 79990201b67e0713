"""Lambda's own metrics of a function."""

from datetime import datetime, timedelta

from health.findings.finding import Subject, SubjectKind
from health.metrics.inventory import InstalledFunction
from health.metrics.query import Metric, MetricQuery
from health.metrics.windows import Window, window_before

NAMESPACE = "AWS/Lambda"
PERIOD = timedelta(minutes=5)
RECENT = timedelta(hours=1)


def subject_of(function: InstalledFunction) -> Subject:
    return Subject(SubjectKind.FUNCTION, function.name)


def recent_window(now: datetime) -> Window:
    """The last settled hour."""
    return window_before(now, length=RECENT, period=PERIOD)


def function_query(function: str, metric: str, statistic: str, window: Window) -> MetricQuery:
    """Of the function of this name."""
    dimensions = (("FunctionName", function),)
    return MetricQuery(Metric(NAMESPACE, metric, dimensions), statistic, window)
