"""Windows: aligned, settled, and as long as asked for."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from health.metrics.windows import EPOCH, SETTLE, window_before

_instants = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_periods = st.sampled_from([60, 300, 900, 3600]).map(lambda seconds: timedelta(seconds=seconds))


@given(_instants, _periods, st.integers(1, 1000))
def test_windows_are_aligned_and_settled(now: datetime, period: timedelta, periods: int) -> None:
    """A window lies on whole periods, is as long as asked for, and its last period is settled."""
    window = window_before(now, length=periods * period, period=period)

    assert (window.start - EPOCH) % period == (window.end - EPOCH) % period == timedelta(0)
    assert window.length == periods * period
    assert window.periods == periods
    assert timedelta(0) <= now - SETTLE - window.end < period


@given(_instants, _periods, st.integers(1, 50), st.timedeltas(timedelta(0), timedelta(hours=9)))
def test_shifted_windows_stay_aligned(
    now: datetime, period: timedelta, periods: int, shift: timedelta
) -> None:
    """A window moved back is as long, on whole periods, and at least so much earlier."""
    window = window_before(now, length=periods * period, period=period)

    earlier = window.earlier_by(shift)

    assert earlier.length == window.length
    assert (earlier.end - EPOCH) % period == timedelta(0)
    assert shift <= window.end - earlier.end < shift + period


@given(_instants, st.integers(1, 20), st.integers(0, 20))
def test_last_part_is_a_part(now: datetime, parts: int, rest: int) -> None:
    """The last part ends where the window ends, and covers no instant that it does not."""
    period = timedelta(minutes=5)
    window = window_before(now, length=(parts + rest) * period, period=period)

    last = window.last(parts * period)

    assert last.end == window.end
    assert window.covers(last.start)
    assert not last.covers(last.end)
    assert last.covers(last.end - timedelta(microseconds=1))


def test_settled_end_does_not_move_within_a_period() -> None:
    """Two looks within one period ask for the very same window."""
    period = timedelta(minutes=5)
    noon = datetime(2026, 3, 1, 12, 2, tzinfo=UTC)

    ends = {
        window_before(noon + timedelta(seconds=second), length=period, period=period).end
        for second in range(0, 300, 7)
    }

    assert ends == {datetime(2026, 3, 1, 12, tzinfo=UTC)}
