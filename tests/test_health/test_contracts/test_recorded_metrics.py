"""The reader of metrics on answers of GetMetricData as AWS documents them.

They follow the examples and shapes of the API reference, not an account: there is none.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.query import MAXIMUM, SUM, Metric, MetricQuery
from health.metrics.series import Series
from health.metrics.windows import window_before
from health_recorded import RecordedAws, page, recorded_aws, refusal, result
from hoist.clock import FixedClock
from scripted_server import HangUp, Reply

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WINDOW = window_before(NOON, length=timedelta(hours=1), period=timedelta(minutes=5))
CALLS = MetricQuery(
    Metric("AWS/Lambda", "Invocations", (("FunctionName", "hoist-dev-worker"),)), SUM, WINDOW
)
LONGEST = MetricQuery(
    Metric("AWS/Lambda", "Duration", (("FunctionName", "hoist-dev-worker"),)), MAXIMUM, WINDOW
)
# Duration comes before Invocations: they are asked for in the order of their names.
DURATION_ID, CALLS_ID = "m0", "m1"
EARLY, LATE = WINDOW.start, WINDOW.start + timedelta(minutes=5)


@pytest.fixture(scope="module")
def recorded() -> Iterator[RecordedAws]:
    with recorded_aws() as made:
        yield made


def read(recorded: RecordedAws, *replies: Reply | HangUp) -> tuple[Series, Series]:
    """The series of calls and of the longest duration."""
    reader = CloudWatchReader(recorded.metrics(*replies), clock=FixedClock(NOON))
    readings = reader.read([CALLS, LONGEST])
    return readings.of(CALLS), readings.of(LONGEST)


def values(series: Series) -> list[float]:
    return [point.value for point in series.points]


def test_complete_answer_is_whole(recorded: RecordedAws) -> None:
    """Values come with their times, whichever comes first, and nothing is lacking."""
    calls, longest = read(
        recorded,
        page(
            result(CALLS_ID, [(LATE, 3.0), (EARLY, 2.0)]),
            result(DURATION_ID, [(EARLY, 812.53)]),
        ),
    )

    assert (values(calls), calls.lacks) == ([2.0, 3.0], "")
    assert [point.at for point in calls.points] == [EARLY, LATE]
    assert (values(longest), longest.lacks) == ([812.53], "")


def test_series_without_points_is_whole_and_empty(recorded: RecordedAws) -> None:
    """A metric that nobody wrote is Complete, with neither times nor values."""
    calls, longest = read(recorded, page(result(CALLS_ID, []), result(DURATION_ID, [])))

    assert (calls, longest) == (Series(), Series())


def test_pages_are_put_together(recorded: RecordedAws) -> None:
    """What is PartialData on one page and Complete on the next is one whole series, and the second
    request differs from the first by its token alone.
    """
    calls, longest = read(
        recorded,
        page(
            result(DURATION_ID, [(EARLY, 5.0)]),
            result(CALLS_ID, [(EARLY, 2.0)], status="PartialData"),
            next_token="AAMA-the-next-page",
        ),
        page(result(CALLS_ID, [(LATE, 3.0)])),
    )

    assert (values(calls), calls.lacks) == ([2.0, 3.0], "")
    assert (values(longest), longest.lacks) == ([5.0], "")
    first, second = (asked.document for asked in recorded.server.asked)
    assert second == {**first, "NextToken": "AAMA-the-next-page"}


def test_partial_data_at_the_end_is_not_whole(recorded: RecordedAws) -> None:
    """PartialData with no page to come keeps its points and says what it is."""
    calls, _ = read(recorded, page(result(CALLS_ID, [(EARLY, 2.0)], status="PartialData")))

    assert values(calls) == [2.0]
    assert "only a part" in calls.lacks


@pytest.mark.parametrize(
    ("status", "says"), [("InternalError", "failed over it"), ("Forbidden", "refuses it")]
)
def test_trouble_with_one_query_is_that_querys(
    recorded: RecordedAws, status: str, says: str
) -> None:
    """A query that CloudWatch could not answer says so; the one beside it is whole."""
    trouble = {"Code": "InternalError", "Value": "Please retry"}
    calls, longest = read(
        recorded,
        page(
            result(CALLS_ID, [], status=status, messages=[trouble]),
            result(DURATION_ID, [(EARLY, 5.0)]),
        ),
    )

    assert says in calls.lacks
    assert (values(longest), longest.lacks) == ([5.0], "")


def test_query_that_was_dropped_is_missed(recorded: RecordedAws) -> None:
    """When a message says that not all metrics were looked at, the missing one is not zero."""
    message = {"Code": "MaxMetricsExceeded", "Value": "Maximum number of allowed metrics exceeded"}
    calls, longest = read(recorded, page(result(DURATION_ID, [(EARLY, 5.0)]), messages=[message]))

    assert calls.lacks
    assert longest.lacks == ""


@pytest.mark.parametrize(
    "throttled",
    [
        refusal("Throttling", shape="ThrottlingException"),
        refusal("ThrottlingException"),
        refusal("LimitExceededException", shape="LimitExceededFault"),
    ],
)
def test_throttled_call_is_tried_again(recorded: RecordedAws, throttled: Reply) -> None:
    """Three refusals for the rate and then an answer are an answer."""
    whole = page(result(CALLS_ID, [(EARLY, 2.0)]), result(DURATION_ID, []))

    calls, _ = read(recorded, throttled, throttled, throttled, whole)

    assert (values(calls), calls.lacks) == ([2.0], "")


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (refusal("Throttling", shape="ThrottlingException"), "Throttling"),
        (refusal("InternalServiceError", shape="InternalServiceFault", status=500), "Internal"),
        (refusal("AccessDenied", shape="AccessDeniedException", status=403), "GetMetricData"),
        (refusal("ExpiredToken", shape="ExpiredTokenException", status=403), "GetMetricData"),
        (Reply(raw=b"<html>Bad Gateway</html>", status=502), "GetMetricData"),
        (Reply(raw=b"<html>Welcome to this hotel</html>"), "did not send it"),
        (HangUp(), "GetMetricData"),
    ],
)
def test_refused_call_leaves_everything_unknown(
    recorded: RecordedAws, reply: Reply | HangUp, says: str
) -> None:
    """Without an answer every series lacks everything and says why; none of them is empty and
    well.
    """
    calls, longest = read(recorded, reply)

    assert says in calls.lacks
    assert (values(calls), longest.lacks) == ([], calls.lacks)


def test_page_that_fails_in_the_middle_makes_nothing_whole(recorded: RecordedAws) -> None:
    """A first page does not stand for what the second would have brought."""
    first = page(
        result(CALLS_ID, [(EARLY, 2.0)], status="PartialData"),
        result(DURATION_ID, [(EARLY, 5.0)]),
        next_token="more",
    )

    calls, longest = read(recorded, first, refusal("InternalServiceError", status=500))

    assert calls.lacks
    assert longest.lacks
