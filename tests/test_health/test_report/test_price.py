"""What health itself costs, against figures worked out by hand."""

from datetime import timedelta

import pytest

from health.metrics.inventory import Architecture
from health.metrics.price import CallCount
from health.report.price import (
    MonthlyPrice,
    own_metrics_price,
    reading_price,
    running_price,
)


@pytest.mark.parametrize(
    ("metrics", "minutes", "usd_month"), [(24, 1, 10.37), (24, 5, 2.07), (160, 5, 13.82)]
)
def test_reading_costs_per_metric(metrics: int, minutes: int, usd_month: float) -> None:
    """A cent per thousand metrics, for thirty days."""
    line = reading_price(CallCount(2, metrics), every=timedelta(minutes=minutes))

    assert line.usd_month == pytest.approx(usd_month, abs=0.005)


def test_running_costs_by_memory_and_time() -> None:
    """256 MB for 300 ms each minute cost six cents, requests included."""
    line = running_price(0.3, memory_mb=256, architecture=Architecture.X86_64)

    assert line.usd_month == pytest.approx(0.0627, abs=0.0005)


def test_price_is_the_sum_of_its_lines() -> None:
    """Three metrics of our own are ninety cents, and all lines together are the price."""
    own = own_metrics_price(3)

    assert MonthlyPrice((own, own)).usd_month == pytest.approx(1.8)
