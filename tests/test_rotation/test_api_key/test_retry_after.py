"""How long an issuer asks its callers to wait."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation.strategies.api_key.retry_after import pause_seconds
from rotation_site import MORNING


@given(seconds=st.integers(0, 10**9 - 1))
def test_seconds(seconds: int) -> None:
    """A number is one of seconds."""
    assert pause_seconds(f" {seconds} ", MORNING) == seconds


@given(seconds=st.integers(-(10**6), 10**6))
def test_dates(seconds: int) -> None:
    """A date is waited for; one that is over, not at all."""
    told = format_datetime(MORNING + timedelta(seconds=seconds), usegmt=True)

    assert pause_seconds(told, MORNING) == max(0, seconds)


@pytest.mark.parametrize("told", ["", "-1", "1.5", "soon", "٣", "9" * 400])
def test_neither(told: str) -> None:
    """What is neither a number nor a date is a second."""
    assert pause_seconds(told, MORNING) == 1


@given(told=st.text())
def test_anything(told: str) -> None:
    """Whatever is told, the answer is a time to wait."""
    assert pause_seconds(told, MORNING) >= 0
