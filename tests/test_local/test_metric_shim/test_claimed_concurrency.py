"""How much ran at the same time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from local.metric_shim.claimed_concurrency import CLAIMED, Span, claims_of, spans_of
from local.metric_shim.lambda_lines import Invocation

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def span(begun: float, ended: float) -> Span:
    return Span(after(begun), after(ended))


def told(*spans: Span) -> list[tuple[float, float]]:
    """When, in seconds, and how many."""
    claims = claims_of(spans)
    return [((claim.at - START).total_seconds(), claim.data[0].values[0]) for claim in claims]


def test_what_overlaps_is_counted_together() -> None:
    """Just before one ends, it and all that have begun and not ended are running."""
    assert told(span(0, 10), span(1, 4), span(3, 6)) == [(4, 3), (6, 2), (10, 1)]


def test_one_after_the_other_is_one_at_a_time() -> None:
    """What begins when another one ends does not run beside it."""
    assert told(span(0, 1), span(1, 2), span(5, 6)) == [(1, 1), (2, 1), (6, 1)]


def test_what_took_no_time_ran_all_the_same() -> None:
    """Whatever has ended, one was running."""
    assert told(span(3, 3)) == [(3, 1)]


def test_it_is_the_whole_accounts() -> None:
    """The metric has no dimension, and where nothing ended nothing is told."""
    (claim,) = claims_of([span(0, 1)])

    assert claim.data[0].metric == CLAIMED
    assert CLAIMED.dimensions == ()
    assert list(claims_of([])) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5000)), max_size=30))
def test_a_stream_never_overlaps_itself(ends: list[tuple[int, int]]) -> None:
    """One environment works on one thing at a time, even where all its lines have one time."""
    stream = [Invocation(after(end), duration, False) for end, duration in sorted(ends)]

    assert all(running == 1 for _, running in told(*spans_of(stream)))
