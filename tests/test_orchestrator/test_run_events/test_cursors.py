"""Cursors: what a page gives is understood, anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.run_events.cursors import Cursor
from orchestrator.run_events.errors import EventCursorError


@given(st.integers(1, 999_999), st.integers(0, 999_999_999))
def test_a_cursor_is_read_as_it_was_written(slice_number: int, slot: int) -> None:
    """Slice and slot come back."""
    cursor = Cursor(slice_number, slot)

    assert Cursor.parse(str(cursor)) == cursor


def test_no_cursor_is_the_beginning() -> None:
    """An empty text is before the first slot of the first slice."""
    assert Cursor.parse("") == Cursor(1, 0)


@pytest.mark.parametrize("text", ["1", "0-1", "-1-1", "1-01", "1-1 ", "1--1", "١-١", "1-1\n"])
def test_what_no_page_gave_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(EventCursorError):
        Cursor.parse(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes anything else happen, and what is taken is written the same way."""
    try:
        cursor = Cursor.parse(text)
    except EventCursorError:
        return
    assert str(cursor) == (text or "1-0")
