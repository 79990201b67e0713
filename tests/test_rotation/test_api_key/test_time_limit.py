"""One allowance of time for all waits of a question."""

import pytest

from hoist.clock import FixedClock
from rotation.strategies.api_key.time_limit import TimeIsOverError, TimeLimit
from rotation_site import MORNING


def test_wait_is_as_short_as_what_is_left() -> None:
    """A single wait is never longer than it may be, nor than the time that is left."""
    clock = FixedClock(MORNING)
    limit = TimeLimit.of(15, clock)

    waits = []
    for _ in range(3):
        waits.append(limit.wait(seconds_at_most=5))
        clock.advance(6)

    assert waits == [5, 5, 3]


@pytest.mark.parametrize("seconds", [15, 16, 9999])
def test_no_wait_when_the_time_is_over(seconds: float) -> None:
    """At the end of the time nobody waits any more, however short it would be."""
    clock = FixedClock(MORNING)
    limit = TimeLimit.of(15, clock)
    clock.advance(seconds)

    with pytest.raises(TimeIsOverError):
        limit.wait(seconds_at_most=0.001)
