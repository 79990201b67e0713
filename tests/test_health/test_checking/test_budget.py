"""How much of an invocation's time checks may take."""

from hypothesis import given
from hypothesis import strategies as st

from health.checking.budget import LONGEST_SECONDS, budget_seconds


@given(st.floats(-10, 900))
def test_something_is_left_for_the_report(time_left: float) -> None:
    """However much time there is, some of it stays, and none is made up."""
    budget = budget_seconds(time_left)

    assert 0 <= budget <= LONGEST_SECONDS
    assert budget <= max(time_left, 0) * 0.6
