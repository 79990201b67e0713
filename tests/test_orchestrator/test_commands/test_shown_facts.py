"""Facts as columns, as ages and as JSON."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.cli.ages import age
from hoist.cli.tables import one_line, print_table
from orchestrator.commands.json_facts import as_json

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fact:
    at: datetime
    parts: tuple["Fact", ...] = ()


def test_columns_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    """A column that is empty everywhere is left out, and so is the blank at a line's end."""
    print_table(("NAME", "NOTE", "ID"), [("bucket", "", "b-1"), ("q", "", "")])

    assert capsys.readouterr().out == "NAME    ID\nbucket  b-1\nq\n"


def test_no_rows_are_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A heading over nothing says nothing."""
    print_table(("NAME", "ID"), [])

    assert capsys.readouterr().out == ""


@given(st.text(), st.integers(2, 80))
def test_a_text_in_a_table_is_one_short_line(text: str, limit: int) -> None:
    """Whatever is in it."""
    line = one_line(text, limit=limit)

    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7199, "1 h"), (86400 * 3, "3 d")],
)
def test_an_age_is_one_number_and_one_unit(seconds: int, told: str) -> None:
    """A clock that is ahead of ours makes nothing older than now."""
    assert age(NOON - timedelta(seconds=seconds), now=NOON) == told
    assert age(None, now=NOON) == ""


def test_json_has_every_field_and_utc() -> None:
    """Nested facts are objects, instants have a Z."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=2)))

    assert as_json({"facts": (Fact(elsewhere, (Fact(NOON),)),)}) == {
        "facts": [
            {
                "at": "2026-11-23T12:00:00.000Z",
                "parts": [{"at": "2026-11-23T12:00:00.000Z", "parts": []}],
            }
        ]
    }
