"""Reading by GetMetricData: batches, pages, trouble. What is not whole says so."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from health.metrics.batches import MAX_POINTS, MAX_QUERIES, batches
from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.query import MAXIMUM, P50, P99, SUM, Metric, MetricQuery
from health.metrics.windows import Window, window_before
from health_cloudwatch import FakeCloudWatch
from health_findings import NOON
from health_numbers import Numbers
from hoist.clock import FixedClock

HOUR = window_before(NOON, length=timedelta(hours=1), period=timedelta(minutes=5))


def _query(name: str, statistic: str = SUM, window: Window = HOUR) -> MetricQuery:
    return MetricQuery(Metric("Test", name, (("Thing", "one"),)), statistic, window)


def _reader(client: Any) -> CloudWatchReader:
    return CloudWatchReader(client, clock=FixedClock(NOON))


def _filled(names: int = 3, **knobs: Any) -> FakeCloudWatch:
    numbers = Numbers(FakeCloudWatch(**knobs))
    for minutes in range(5, 60, 5):
        values = {f"metric{name}": name + minutes for name in range(names)}
        numbers.put("Test", {"Thing": "one"}, values, minutes_ago=minutes)
    return numbers.cloudwatch


def test_points_come_in_order_of_time() -> None:
    """A series has one point per period, oldest first, and lacks nothing."""
    series = _reader(_filled()).read([_query("metric1")]).of(_query("metric1"))

    assert series.lacks == ""
    assert [point.value for point in series.points] == [float(1 + m) for m in range(55, 5, -5)]
    assert [point.at for point in series.points] == sorted(point.at for point in series.points)


def test_no_points_are_not_zero() -> None:
    """A metric that nobody wrote is read completely, and is empty."""
    series = _reader(_filled()).read([_query("nothing")]).of(_query("nothing"))

    assert (series.is_empty, series.lacks, series.maximum) == (True, "", None)


def test_unread_query_lacks_everything() -> None:
    """Whoever looks for what was not asked for finds that it was not read."""
    assert _reader(_filled()).read([]).of(_query("metric1")).lacks


@given(st.integers(1, 40), st.none() | st.integers(0, 5))
def test_pages_and_order_make_no_difference(page_points: int, seed: int | None) -> None:
    """However the answer is split into pages and shuffled, the series are the same."""
    queries = [_query(f"metric{name}") for name in range(3)]
    whole = _reader(_filled()).read(queries)
    shuffled_by = None if seed is None else random.Random(seed)

    paged = _reader(_filled(page_points=page_points, shuffled_by=shuffled_by)).read(queries)

    reads = [(paged.of(query), whole.of(query)) for query in queries]
    # So many pages are not read: then the series must say so, and hold nothing that is not there.
    assert all(
        one == other or (one.lacks and set(one.points) <= set(other.points)) for one, other in reads
    )
    assert page_points < 2 or all(one == other for one, other in reads)


def test_throttled_calls_are_tried_again_after_a_pause() -> None:
    """A call that is throttled now and then succeeds, later, and is charged for once."""
    clock = FixedClock(NOON)
    reader = CloudWatchReader(_filled(throttled_calls=3), clock=clock)

    series = reader.read([_query("metric1")]).of(_query("metric1"))

    assert series.lacks == ""
    assert clock.monotonic() > 0
    assert (reader.last_read.calls, reader.last_read.metrics) == (1, 1)


def test_throttling_without_end_is_told() -> None:
    """When CloudWatch goes on to throttle, the series says so instead of being empty and well."""
    series = _reader(_filled(throttled_calls=99)).read([_query("metric1")]).of(_query("metric1"))

    assert "Throttling" in series.lacks


@pytest.mark.parametrize("code", ["InternalError", "Forbidden", "SomethingNew", "PartialData"])
def test_unfinished_result_is_not_whole(code: str) -> None:
    """A result that never becomes complete lacks something; its neighbour does not."""
    readings = _reader(_filled(codes={"metric1": code})).read(
        [_query("metric1"), _query("metric2")]
    )

    assert readings.of(_query("metric1")).lacks
    assert not readings.of(_query("metric2")).lacks


def test_pages_that_break_off_leave_nothing_whole() -> None:
    """When a later page is not answered, no series of the call is taken for whole."""

    class BreaksOff(FakeCloudWatch):
        def get_metric_data(self, **request: Any) -> Mapping[str, Any]:
            if "NextToken" in request:
                raise EndpointConnectionError(endpoint_url="https://monitoring")
            return super().get_metric_data(**request)

    cloudwatch = BreaksOff(page_points=12)
    cloudwatch._samples = _filled()._samples
    readings = _reader(cloudwatch).read([_query("metric0"), _query("metric1")])

    assert all(readings.of(_query(name)).lacks for name in ("metric0", "metric1"))


def test_one_failed_call_hides_no_other() -> None:
    """Queries over another window come from another call, which may well succeed."""

    class RefusesDays(FakeCloudWatch):
        def get_metric_data(self, **request: Any) -> Mapping[str, Any]:
            if request["EndTime"] - request["StartTime"] > timedelta(hours=1):
                raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetMetricData")
            return super().get_metric_data(**request)

    cloudwatch = RefusesDays()
    cloudwatch._samples = _filled()._samples
    day = window_before(NOON, length=timedelta(days=1), period=timedelta(minutes=5))

    readings = _reader(cloudwatch).read([_query("metric1", SUM, day), _query("metric1")])

    assert "refuses" in readings.of(_query("metric1", SUM, day)).lacks
    assert not readings.of(_query("metric1")).lacks


_values: st.SearchStrategy[Any] = st.floats() | st.integers(-5, 5)
_results = st.fixed_dictionaries(
    {
        "Id": st.sampled_from(["m0", "m1", "m9"]),
        "StatusCode": st.sampled_from(["Complete", "PartialData", "InternalError", "What"]),
        "Timestamps": st.lists(
            st.sampled_from([HOUR.start, HOUR.end, HOUR.start + HOUR.period]), max_size=3
        ),
        "Values": st.lists(_values, max_size=3),
    }
)


@given(st.lists(st.lists(_results, max_size=3), min_size=1, max_size=4))
def test_any_pages_give_finite_points_inside_the_window(pages: list[list[Any]]) -> None:
    """Whatever the pages hold, points are finite, inside the window, and a series without a
    complete result is not whole.
    """

    class Scripted:
        def __init__(self) -> None:
            self.left = list(pages)

        def get_metric_data(self, **request: Any) -> Mapping[str, Any]:
            results = self.left.pop(0)
            more = {"NextToken": "more"} if self.left else {}
            return {"MetricDataResults": results, **more}

    queries = [_query("metric0"), _query("metric1")]
    readings = _reader(Scripted()).read(queries)

    for query_id, query in zip(("m0", "m1"), queries, strict=True):
        series = readings.of(query)
        assert all(abs(p.value) < float("inf") and HOUR.covers(p.at) for p in series.points)
        statuses = {r["StatusCode"] for page in pages for r in page if r["Id"] == query_id}
        assert series.lacks or statuses == {"Complete"} or statuses == {"Complete", "PartialData"}


_any_query = st.builds(
    _query,
    st.sampled_from([f"metric{number}" for number in range(30)]),
    st.sampled_from([SUM, MAXIMUM, P50, P99]),
    st.sampled_from(
        [HOUR, window_before(NOON, length=timedelta(days=60), period=timedelta(minutes=1))]
    ),
)


@given(st.lists(_any_query, max_size=60))
def test_batches_hold_every_query_once_and_fit_into_calls(queries: list[MetricQuery]) -> None:
    """Each query is in one batch, and a batch has one window and fits into a call."""
    made = [list(batch) for batch in batches(queries)]

    assert sorted(map(repr, (q for batch in made for q in batch))) == sorted(
        map(repr, set(queries))
    )
    for batch in made:
        assert len({query.window for query in batch}) == 1
        assert len(batch) <= MAX_QUERIES
        assert sum(query.window.periods for query in batch) <= MAX_POINTS


def test_more_queries_than_a_call_takes_are_read_in_several() -> None:
    """CloudWatch refuses 501 queries; the reader never asks so many at once."""
    cloudwatch = _filled()
    reader = _reader(cloudwatch)

    readings = reader.read([_query(f"metric{number}") for number in range(1201)])

    assert [len(request["MetricDataQueries"]) for request in cloudwatch.requests] == [500, 500, 201]
    assert readings.of(_query("metric2")).points
    assert (reader.last_read.calls, reader.last_read.metrics) == (3, 1201)


def test_statistics_of_one_metric_cost_as_one() -> None:
    """Up to five statistics of a metric in one call are charged as one metric."""
    reader = _reader(_filled())

    reader.read([_query("metric1", statistic) for statistic in (P50, P99, MAXIMUM, SUM)])

    assert reader.last_read.metrics == 1
    assert reader.last_read.usd == pytest.approx(0.00001)


def test_command_of_a_query_shows_the_same() -> None:
    """A query's command names metric, dimensions, window, period and statistic."""
    query = MetricQuery(Metric("AWS/Lambda", "Duration", (("FunctionName", "a b"),)), P99, HOUR)

    assert query.command == (
        "aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name Duration "
        "--dimensions 'Name=FunctionName,Value=a b' --start-time 2026-03-01T10:55:00Z "
        "--end-time 2026-03-01T11:55:00Z --period 300 --extended-statistics p99"
    )
