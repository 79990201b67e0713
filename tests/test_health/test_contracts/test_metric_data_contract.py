"""What the fake CloudWatch and the local AWS's have in common, read by the one reader."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.query import MAXIMUM, P50, P99, SAMPLE_COUNT, SUM, Metric, MetricQuery
from health.metrics.series import Series
from health.metrics.windows import window_before
from health_cloudwatch import FakeCloudWatch
from health_sites import TestClients
from hoist.clock import FixedClock, SystemClock


@dataclass(frozen=True)
class Site:
    """A CloudWatch with a namespace of this test's own."""

    client: Any
    namespace: str
    now: datetime

    def put(self, name: str, minutes_ago: float, *values: float, thing: str = "one") -> None:
        self.client.put_metric_data(
            Namespace=self.namespace,
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": "Thing", "Value": thing}],
                    "Timestamp": self.now - timedelta(minutes=minutes_ago),
                    "Values": list(values),
                    "Counts": [1.0] * len(values),
                }
            ],
        )

    def read(self, name: str, statistic: str, *, thing: str = "one") -> Series:
        window = window_before(self.now, length=timedelta(hours=1), period=timedelta(minutes=5))
        metric = Metric(self.namespace, name, (("Thing", thing),))
        query = MetricQuery(metric, statistic, window)
        reader = CloudWatchReader(self.client, clock=FixedClock(self.now))
        return reader.read([query]).of(query)


@pytest.fixture(params=["fake", pytest.param("emulator", marks=pytest.mark.emulator)])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    namespace = f"Test/{uuid.uuid4().hex}"
    if request.param == "fake":
        noon = datetime(2026, 3, 1, 12, 0, 20, tzinfo=UTC)
        yield Site(FakeCloudWatch(), namespace, noon)
        return
    client = TestClients(request.getfixturevalue("emulator_url")).looked_at("cloudwatch")
    yield Site(client, namespace, SystemClock().now())
    client.close()


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [(SUM, 110.0), (MAXIMUM, 100.0), (SAMPLE_COUNT, 5.0), ("Average", 22.0), ("Minimum", 1.0)],
)
def test_simple_statistics(site: Site, statistic: str, expected: float) -> None:
    """Values of one period make one point by each statistic."""
    site.put("m", 30, 1, 2, 3, 4, 100)

    series = site.read("m", statistic)

    assert series.lacks == ""
    assert [point.value for point in series.points] == [pytest.approx(expected)]


@pytest.mark.parametrize(("statistic", "low", "high"), [(P50, 49, 52), (P99, 98, 100)])
def test_percentiles(site: Site, statistic: str, low: float, high: float) -> None:
    """A percentile lies where it should, whichever way it is interpolated."""
    site.put("m", 30, *range(1, 101))

    (point,) = site.read("m", statistic).points

    assert low <= point.value <= high


def test_points_stand_at_the_start_of_their_period(site: Site) -> None:
    """Each period with values has one point, at its start; other periods have none."""
    site.put("m", 40, 1)
    site.put("m", 20, 2)

    points = site.read("m", SUM).points

    assert [point.value for point in points] == [1.0, 2.0]
    assert all(point.at.timestamp() % 300 == 0 for point in points)
    assert points[1].at - points[0].at == timedelta(minutes=20)


def test_values_outside_the_window_are_not_read(site: Site) -> None:
    """What is too old or too new for the window is no point of it."""
    site.put("m", 90, 1)
    site.put("m", 0, 1)

    assert site.read("m", SUM) == Series()


def test_unknown_metric_is_complete_and_empty(site: Site) -> None:
    """A metric that nobody wrote is answered completely, with nothing in it."""
    site.put("m", 30, 1)

    assert site.read("other", SUM) == Series()


def test_dimensions_keep_things_apart(site: Site) -> None:
    """A value of one thing is none of another's."""
    site.put("m", 30, 1, thing="one")
    site.put("m", 30, 5, thing="two")

    assert site.read("m", SUM, thing="two").total == 5
    assert site.read("m", SUM, thing="three") == Series()
