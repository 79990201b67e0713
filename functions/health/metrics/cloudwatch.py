"""Metrics by GetMetricData."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from botocore.exceptions import ClientError

from health.dependencies.answers import aws_answers, error_code
from health.dependencies.errors import LookError
from health.metrics.batches import batches
from health.metrics.pages import Pages
from health.metrics.price import CallCount, one_call
from health.metrics.query import MetricQuery
from health.metrics.series import Readings, Series
from hoist.clock import Clock

ACTION = "cloudwatch:GetMetricData"
_THROTTLED = frozenset({"LimitExceededException", "Throttling", "ThrottlingException"})
_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.5
# A call's points fit into one page unless CloudWatch is in trouble.
_MAX_PAGES = 20


class MetricDataClient(Protocol):
    """What of a CloudWatch client is used. It does not retry: each call is counted here."""

    def get_metric_data(self, **request: Any) -> Mapping[str, Any]: ...


class CloudWatchReader:
    """Implements MetricReader. `last_read` is what the last `read` is charged for."""

    def __init__(self, client: MetricDataClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self.last_read = CallCount()

    def read(self, queries: Sequence[MetricQuery]) -> Readings:
        """Each call stands for itself: what one cannot read, another may."""
        self.last_read = CallCount()
        series: dict[MetricQuery, Series] = {}
        for batch in batches(queries):
            series |= self._read_batch(batch)
        return Readings(series)

    def _read_batch(self, batch: Sequence[MetricQuery]) -> dict[MetricQuery, Series]:
        named = {f"m{number}": query for number, query in enumerate(batch)}
        pages, request = Pages(named), _request(named)
        for _ in range(_MAX_PAGES):
            try:
                page = self._page(request)
            except LookError as fault:
                return pages.series(broken_off=fault.message)
            # Nobody says whether a further page costs again; counted, the price is never too low.
            self.last_read += one_call(batch)
            pages.take(page)
            if not page.get("NextToken"):
                return pages.series()
            request["NextToken"] = page["NextToken"]
        return pages.series(broken_off="CloudWatch sends page after page")

    def _page(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """One page, after a few tries if CloudWatch throttles; raises LookError."""
        with aws_answers(ACTION, "the metrics"):
            for attempt in range(1, _ATTEMPTS):
                try:
                    return self._client.get_metric_data(**request)
                except ClientError as error:
                    if error_code(error) not in _THROTTLED:
                        raise
                self._clock.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
            return self._client.get_metric_data(**request)


def _request(named: Mapping[str, MetricQuery]) -> dict[str, Any]:
    window = next(iter(named.values())).window
    return {
        "MetricDataQueries": [_query(query_id, query) for query_id, query in named.items()],
        "StartTime": window.start,
        "EndTime": window.end,
        "ScanBy": "TimestampAscending",
    }


def _query(query_id: str, query: MetricQuery) -> dict[str, Any]:
    metric = query.metric
    return {
        "Id": query_id,
        "ReturnData": True,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": name, "Value": of} for name, of in metric.dimensions],
            },
            "Period": int(query.window.period.total_seconds()),
            "Stat": query.statistic,
        },
    }
