"""Queries in calls: of one window each, within what one call of GetMetricData takes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from health.metrics.query import MetricQuery
from health.metrics.windows import Window

MAX_QUERIES: Final = 500
MAX_POINTS: Final = 100_800


def batches(queries: Sequence[MetricQuery]) -> Iterator[Sequence[MetricQuery]]:
    """Every query once; statistics of one metric stand together, since they cost as one."""
    by_window: dict[Window, list[MetricQuery]] = defaultdict(list)
    for query in dict.fromkeys(queries):
        by_window[query.window].append(query)
    for window, asked in by_window.items():
        asked.sort(key=lambda query: query.metric)
        room = _room_in_a_call(window)
        for start in range(0, len(asked), room):
            yield asked[start : start + room]


def _room_in_a_call(window: Window) -> int:
    return max(1, min(MAX_QUERIES, MAX_POINTS // max(1, window.periods)))
