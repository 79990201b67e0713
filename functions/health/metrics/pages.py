"""The pages of one GetMetricData call, put together: in any order they make the same series."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from health.metrics.query import MetricQuery
from health.metrics.series import Point, Series

_COMPLETE: Final = "Complete"
# More of it comes with a later page, and the last one says Complete.
_MORE_COMES: Final = "PartialData"
_WORDS = {
    "InternalError": "CloudWatch failed over it",
    "Forbidden": "CloudWatch refuses it",
}


class Pages:
    """Takes pages as they come. What never became complete says so in the end."""

    def __init__(self, queries: Mapping[str, MetricQuery]) -> None:
        self._queries = queries
        self._points: dict[str, list[Point]] = defaultdict(list)
        self._statuses: dict[str, set[str]] = defaultdict(set)
        self._damaged: set[str] = set()

    def take(self, page: Mapping[str, Any]) -> None:
        for result in page.get("MetricDataResults", ()):
            query_id = result["Id"]
            if query_id not in self._queries:
                continue
            self._statuses[query_id].add(str(result.get("StatusCode", "")))
            self._take_points(query_id, result.get("Timestamps", ()), result.get("Values", ()))

    def series(self, *, broken_off: str = "") -> dict[MetricQuery, Series]:
        """A series per query. With pages still to come, none of them is whole."""
        return {
            query: Series.of(self._points[query_id], lacks=broken_off or self._lack_of(query_id))
            for query_id, query in self._queries.items()
        }

    def _take_points(self, query_id: str, times: list[datetime], values: list[float]) -> None:
        if len(times) != len(values) or not all(map(math.isfinite, values)):
            self._damaged.add(query_id)
            return
        window = self._queries[query_id].window
        points = map(Point, times, values)
        self._points[query_id] += [point for point in points if window.covers(point.at)]

    def _lack_of(self, query_id: str) -> str:
        return next(self._lacks(query_id), "")

    def _lacks(self, query_id: str) -> Iterator[str]:
        statuses = self._statuses[query_id]
        if query_id in self._damaged:
            yield "CloudWatch sent what are no numbers"
        for status in sorted(statuses - {_COMPLETE, _MORE_COMES}):
            yield _WORDS.get(status, "CloudWatch answered with an unknown status")
        if _COMPLETE not in statuses:
            yield "CloudWatch sent only a part of it" if statuses else "CloudWatch did not send it"
