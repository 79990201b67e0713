"""Burn rates over pairs of windows."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.findings.finding import Severity
from health.metrics.windows import Window, window_before
from health.rules.burn_rates import LONGEST, MIN_EVENTS, PAIRS, Counts, burns
from health_findings import NOON

pytestmark = pytest.mark.thorough

WINDOW = window_before(NOON, length=LONGEST, period=timedelta(minutes=5))
_shares = st.floats(0, 1)


def _steady(total: float, bad_share: float) -> list[Severity]:
    """The severities of a stretch that is the same all the time."""

    def count(window: Window) -> Counts:
        events = total * (window.length / LONGEST)
        return Counts(events, events * bad_share)

    return [burn.pair.severity for burn in burns(count, WINDOW)]


def test_within_the_budget_nothing_burns() -> None:
    """Half of the objective's failures, and no pair complains."""
    assert _steady(100_000, 0.005) == []


def test_slow_burn_is_no_emergency() -> None:
    """Twice the budget is a warning; fifteen times is a failure, and every pair sees it."""
    assert _steady(100_000, 0.02) == [Severity.WARN]
    assert _steady(100_000, 0.15) == [pair.severity for pair in PAIRS]


def test_what_is_over_does_not_burn() -> None:
    """An outage that has ended shows in no short window, and so in no pair."""

    def count(window: Window) -> Counts:
        is_long = window.length > timedelta(hours=6)
        return Counts(10_000, 2_000 if is_long else 0)

    assert list(burns(count, WINDOW)) == []


@given(_shares, st.floats(0, MIN_EVENTS - 1))
def test_few_events_burn_nothing(bad_share: float, total: float) -> None:
    """With fewer events than mean anything, no pair judges, however bad they are."""
    assert _steady(total, bad_share) == []


@given(_shares, _shares, st.floats(0, 1e6))
def test_more_failures_never_burn_less(one: float, other: float, total: float) -> None:
    """Where a share of failures burns, a larger one burns at least as many pairs."""
    low, high = sorted((one, other))

    assert len(_steady(total, low)) <= len(_steady(total, high))


@given(_shares, st.floats(1e-3, 1e6))
def test_rate_is_the_share_of_the_budget(bad_share: float, total: float) -> None:
    """A burn rate of 1 is exactly the budget, and without events nothing burns."""
    counts = Counts(total, total * 0.01)

    assert abs(counts.burn_rate() - 1) < 1e-9
    assert Counts(0, 0).burn_rate() == 0
    assert Counts(total, total * bad_share).bad_share <= 1 + 1e-9
