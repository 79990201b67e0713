"""A CloudWatch for tests: PutMetricData and GetMetricData with percentiles, pages and trouble.

moto's fails on percentiles and the emulator has no pages and no throttling. Where both can do
something, a contract test holds this one to what the emulator does.
"""

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

MAX_QUERIES = 500
MAX_POINTS = 100_800
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")

MetricKey = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Sample:
    at: datetime
    value: float
    count: float


@dataclass
class FakeCloudWatch:
    """Keeps what it is given, for ever and exactly."""

    page_points: int = MAX_POINTS
    """How many points an answer holds; more come with the next page."""
    throttled_calls: int = 0
    """So many of the next calls are refused."""
    codes: dict[str, str] = field(default_factory=dict)
    """Metrics, by name, that end with this status instead."""
    shuffled_by: random.Random | None = None
    """Answers results and points in any order."""
    requests: list[Mapping[str, Any]] = field(default_factory=list)
    _samples: dict[MetricKey, list[_Sample]] = field(default_factory=lambda: defaultdict(list))

    def put_metric_data(self, *, Namespace: str, MetricData: Sequence[Mapping[str, Any]]) -> None:  # noqa: N803
        for datum in MetricData:
            key = _key(Namespace, datum["MetricName"], datum.get("Dimensions", ()))
            values = datum.get("Values") or [datum["Value"]]
            counts = datum.get("Counts") or [1.0] * len(values)
            for value, count in zip(values, counts, strict=True):
                self._samples[key].append(_Sample(datum["Timestamp"], value, count))

    def get_metric_data(self, **request: Any) -> Mapping[str, Any]:
        self.requests.append(request)
        if self.throttled_calls:
            self.throttled_calls -= 1
            raise _refusal("Throttling")
        _check(request)
        first = int(request.get("NextToken") or 0)
        everything = list(self._rows(request))
        rows = everything[first : first + self.page_points]
        last = first + len(rows)
        later = {query_id for query_id, _, _ in everything[last:]}
        results = [self._result(query, rows, later) for query in request["MetricDataQueries"]]
        if self.shuffled_by:
            self.shuffled_by.shuffle(results)
        more = {"NextToken": str(last)} if last < len(everything) else {}
        return {"MetricDataResults": results, "Messages": [], **more}

    def _rows(self, request: Mapping[str, Any]) -> Iterator[tuple[str, datetime, float]]:
        """All points of the answer, as they go on pages."""
        is_ascending = request.get("ScanBy") == "TimestampAscending"
        for query in request["MetricDataQueries"]:
            points = sorted(self._points(query["MetricStat"], request), reverse=not is_ascending)
            yield from ((query["Id"], at, value) for at, value in points)

    def _points(
        self, stat: Mapping[str, Any], request: Mapping[str, Any]
    ) -> Iterator[tuple[datetime, float]]:
        metric, period = stat["Metric"], timedelta(seconds=stat["Period"])
        if metric["MetricName"] in self.codes:
            return
        key = _key(metric["Namespace"], metric["MetricName"], metric.get("Dimensions", ()))
        periods: dict[datetime, list[_Sample]] = defaultdict(list)
        for sample in self._samples[key]:
            if request["StartTime"] <= sample.at < request["EndTime"]:
                since_epoch = sample.at - datetime(1970, 1, 1, tzinfo=UTC)
                periods[sample.at - since_epoch % period].append(sample)
        for at, samples in periods.items():
            yield at, _statistic(stat["Stat"], samples)

    def _result(
        self,
        query: Mapping[str, Any],
        rows: Sequence[tuple[str, datetime, float]],
        later: set[str],
    ) -> dict[str, Any]:
        name = query["MetricStat"]["Metric"]["MetricName"]
        points = [(at, value) for query_id, at, value in rows if query_id == query["Id"]]
        if self.shuffled_by:
            self.shuffled_by.shuffle(points)
        status = "PartialData" if query["Id"] in later else "Complete"
        return {
            "Id": query["Id"],
            "Label": name,
            "Timestamps": [at for at, _ in points],
            "Values": [value for _, value in points],
            "StatusCode": self.codes.get(name, status),
        }


def _key(namespace: str, name: str, dimensions: Sequence[Mapping[str, str]]) -> MetricKey:
    return namespace, name, frozenset((each["Name"], each["Value"]) for each in dimensions)


def _check(request: Mapping[str, Any]) -> None:
    queries, start, end = (
        request["MetricDataQueries"],
        request["StartTime"],
        request["EndTime"],
    )
    ids = [query["Id"] for query in queries]
    points = sum((end - start) // timedelta(seconds=q["MetricStat"]["Period"]) for q in queries)
    is_valid = (
        1 <= len(queries) <= MAX_QUERIES
        and len(set(ids)) == len(ids)
        and all(_ID.fullmatch(query_id) for query_id in ids)
        and all(query["MetricStat"]["Period"] % 60 == 0 for query in queries)
        and points <= MAX_POINTS
        and start < end
    )
    if not is_valid:
        raise _refusal("ValidationError")


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetMetricData")


def _statistic(name: str, samples: Sequence[_Sample]) -> float:
    count = sum(sample.count for sample in samples)
    total = math.fsum(sample.value * sample.count for sample in samples)
    values = [sample.value for sample in samples]
    simple = {
        "Sum": total,
        "SampleCount": count,
        "Average": total / count,
        "Minimum": min(values),
        "Maximum": max(values),
    }
    if name in simple:
        return simple[name]
    percentile = _PERCENTILE.fullmatch(name)
    if not percentile:
        raise _refusal("ValidationError")
    return _percentile(float(percentile[1]), samples)


def _percentile(percent: float, samples: Sequence[_Sample]) -> float:
    """Interpolated between the two values that the rank falls between."""
    values = sorted(sample.value for sample in samples for _ in range(round(sample.count)))
    rank = percent / 100 * (len(values) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (rank - low)
