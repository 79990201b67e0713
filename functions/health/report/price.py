"""What health itself costs a month, from what it counted, at list price and without free tiers."""

from dataclasses import dataclass
from datetime import timedelta

from health.metrics.inventory import Architecture
from health.metrics.price import CallCount
from health.rules.prices import MONTH, USD_PER_REQUEST, memory_usd_month

LOOK_EVERY = timedelta(minutes=1)
# CloudWatch gives the first ten of an account away.
USD_PER_OWN_METRIC = 0.30


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One part of the price, and how it was come by."""

    what: str
    usd_month: float


@dataclass(frozen=True, slots=True)
class MonthlyPrice:
    """All parts that were counted."""

    lines: tuple[PriceLine, ...]

    @property
    def usd_month(self) -> float:
        return sum(line.usd_month for line in self.lines)


def reading_price(read: CallCount, *, every: timedelta) -> PriceLine:
    """Of one look at the metrics, made `every` so often."""
    minutes = every.total_seconds() / 60
    what = f"{read.metrics} metrics read by {read.calls} calls every {minutes:g} minutes"
    return PriceLine(what, read.usd * (MONTH / every))


def running_price(seconds: float, *, memory_mb: int, architecture: Architecture) -> PriceLine:
    """Of the function, if each look of the schedule takes as long as this one."""
    memory = memory_usd_month(memory_mb, seconds, over=LOOK_EVERY, architecture=architecture)
    what = f"{memory_mb} MB for {seconds:.1f} s each minute"
    return PriceLine(what, memory + USD_PER_REQUEST * (MONTH / LOOK_EVERY))


def own_metrics_price(count: int) -> PriceLine:
    """Of the metrics that Hoist's functions keep in CloudWatch."""
    return PriceLine(f"{count} metrics of its own", count * USD_PER_OWN_METRIC)
