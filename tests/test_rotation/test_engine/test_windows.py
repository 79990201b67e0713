"""Schedules: which windows they open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.rotation_engine.errors import ScheduleInvalidError
from hoist.rotation_engine.windows import schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opening(rules: dict[str, object], rotated_at: str, now: str) -> tuple[str, str]:
    """When the window opens and closes."""
    window = schedule(rules).next_window(rotated_at=at(rotated_at), now=at(now))
    assert window
    return tuple(f"{end:%Y-%m-%d %H:%M}" for end in (window.opens_at, window.closes_at))  # type: ignore[return-value]


ROTATED = "2026-03-02 15:30"


@pytest.mark.parametrize(
    ("rules", "window"),
    [
        ({"AutomaticallyAfterDays": 10}, ("2026-03-12 00:00", "2026-03-13 00:00")),
        ({"AutomaticallyAfterDays": 1}, ("2026-03-03 00:00", "2026-03-04 00:00")),
        (
            {"AutomaticallyAfterDays": 10, "Duration": "3h"},
            ("2026-03-12 00:00", "2026-03-12 03:00"),
        ),
        ({"ScheduleExpression": "rate(10 days)"}, ("2026-03-12 00:00", "2026-03-13 00:00")),
        ({"ScheduleExpression": "rate(4 hours)"}, ("2026-03-02 19:00", "2026-03-02 20:00")),
        (
            {"ScheduleExpression": "rate(6 hours)", "Duration": "2h"},
            ("2026-03-02 21:00", "2026-03-02 23:00"),
        ),
        ({"ScheduleExpression": "cron(0 8 1 * ? *)"}, ("2026-04-01 08:00", "2026-04-02 00:00")),
        ({"ScheduleExpression": "cron(0 16 L * ? *)"}, ("2026-03-31 16:00", "2026-04-01 00:00")),
        ({"ScheduleExpression": "cron(0 1 ? * SUN *)"}, ("2026-03-08 01:00", "2026-03-09 00:00")),
        ({"ScheduleExpression": "cron(0 1 ? * 2#1 *)"}, ("2026-04-06 01:00", "2026-04-07 00:00")),
        ({"ScheduleExpression": "cron(0 1 ? * 6L *)"}, ("2026-03-27 01:00", "2026-03-28 00:00")),
        ({"ScheduleExpression": "cron(0 1 ? * L *)"}, ("2026-03-07 01:00", "2026-03-08 00:00")),
        (
            {"ScheduleExpression": "cron(0 2 ? * MON-WED,FRI *)"},
            ("2026-03-03 02:00", "2026-03-04 00:00"),
        ),
        ({"ScheduleExpression": "cron(0 /8 * * ? *)"}, ("2026-03-02 16:00", "2026-03-02 17:00")),
        (
            {"ScheduleExpression": "cron(0 4/12 * * ? *)", "Duration": "5h"},
            ("2026-03-02 16:00", "2026-03-02 21:00"),
        ),
        (
            {"ScheduleExpression": "cron(0 3 29 FEB ? *)"},
            ("2028-02-29 03:00", "2028-03-01 00:00"),
        ),
        ({"ScheduleExpression": "cron(0 3 1 3,9 ? *)"}, ("2026-09-01 03:00", "2026-09-02 00:00")),
    ],
)
def test_next_window(rules: dict[str, object], window: tuple[str, str]) -> None:
    """Each form of rule opens the window that its words say."""
    assert opening(rules, ROTATED, ROTATED) == window


@pytest.mark.parametrize(
    ("rules", "now", "window"),
    [
        (
            {"AutomaticallyAfterDays": 10, "Duration": "3h"},
            "2026-03-14 05:00",
            ("2026-03-15 00:00", "2026-03-15 03:00"),
        ),
        (
            {"ScheduleExpression": "rate(4 hours)"},
            "2026-03-05 10:20",
            ("2026-03-05 10:00", "2026-03-05 11:00"),
        ),
        (
            {"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "2h"},
            "2026-06-01 09:59",
            ("2026-06-01 08:00", "2026-06-01 10:00"),
        ),
        (
            {"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "2h"},
            "2026-06-01 10:00",
            ("2026-07-01 08:00", "2026-07-01 10:00"),
        ),
    ],
)
def test_missed_window(rules: dict[str, object], now: str, window: tuple[str, str]) -> None:
    """A window that went by unused is followed by the next one of its kind."""
    assert opening(rules, ROTATED, now) == window


def test_rotated_within_its_window() -> None:
    """A secret that rotated in a window has to wait for another one."""
    rules: dict[str, object] = {"ScheduleExpression": "cron(0 8 * * ? *)"}

    assert opening(rules, "2026-03-02 08:10", "2026-03-02 09:00")[0] == "2026-03-03 08:00"


def test_schedule_that_never_comes() -> None:
    """A day that no calendar has opens no window."""
    never = schedule({"ScheduleExpression": "cron(0 8 30 2 ? *)"})

    assert never.next_window(rotated_at=at(ROTATED), now=at(ROTATED)) is None


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"AutomaticallyAfterDays": 0},
        {"AutomaticallyAfterDays": 1001},
        {"AutomaticallyAfterDays": 5, "ScheduleExpression": "rate(5 days)"},
        {"AutomaticallyAfterDays": 5, "Duration": "25h"},
        {"AutomaticallyAfterDays": 5, "Duration": "0h"},
        {"AutomaticallyAfterDays": 5, "Duration": "3"},
        {"ScheduleExpression": "rate(3 hours)"},
        {"ScheduleExpression": "rate(1 week)"},
        {"ScheduleExpression": "rate(4 hours)", "Duration": "5h"},
        {"ScheduleExpression": "every day"},
        {"ScheduleExpression": "cron(30 8 * * ? *)"},
        {"ScheduleExpression": "cron(0 8 * * ? 2027)"},
        {"ScheduleExpression": "cron(0 8 1 * MON *)"},
        {"ScheduleExpression": "cron(0 8 ? * ? *)"},
        {"ScheduleExpression": "cron(0 24 * * ? *)"},
        {"ScheduleExpression": "cron(0 8 32 * ? *)"},
        {"ScheduleExpression": "cron(0 8 15W * ? *)"},
        {"ScheduleExpression": "cron(0 8 ? * MON#6 *)"},
        {"ScheduleExpression": "cron(0 8 ? * XXX *)"},
        {"ScheduleExpression": "cron(0 9-8 * * ? *)"},
        {"ScheduleExpression": "cron(0 8,, * * ? *)"},
        {"ScheduleExpression": "cron(0 /2 * * ? *)"},
        {"ScheduleExpression": "cron(0 22,1 * * ? *)"},
        {"ScheduleExpression": "cron(0 8,14 * * ? *)", "Duration": "7h"},
        {"ScheduleExpression": "cron(0 8 * * ? *"},
    ],
)
def test_other_rules_are_refused(rules: dict[str, object]) -> None:
    """Rules that Secrets Manager does not take are refused before anything waits for them."""
    with pytest.raises(ScheduleInvalidError):
        schedule(rules)


instants = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1)).map(  # noqa: DTZ001 - aware next
    lambda instant: instant.replace(tzinfo=UTC)
)


@given(
    expression=st.sampled_from(
        ["rate(4 hours)", "rate(30 days)", "cron(0 /6 * * ? *)", "cron(0 3 L * ? *)"]
    ),
    duration=st.none() | st.sampled_from(["1h", "4h"]),
    rotated_at=instants,
    later=st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_window_is_ahead_or_open(
    expression: str, duration: str | None, rotated_at: datetime, later: timedelta
) -> None:
    """A window opens on the hour after the last rotation, and is not over."""
    rules = {"ScheduleExpression": expression, "Duration": duration}
    now = rotated_at + later

    window = schedule(rules).next_window(rotated_at=rotated_at, now=now)

    assert window
    assert window.opens_at > rotated_at
    assert now < window.closes_at
    assert (window.opens_at.minute, window.opens_at.second) == (0, 0)


@given(st.text(st.sampled_from("0123456789*?/,-L#MONSUJA ()cronrate"), max_size=40))
def test_any_expression_is_read_or_refused(text: str) -> None:
    """Whatever the expression, it becomes a schedule or a ScheduleInvalidError."""
    for expression in (text, f"cron({text})", f"cron(0 {text} *)", f"cron(0 8 {text} * ? *)"):
        try:
            schedule({"ScheduleExpression": expression})
        except ScheduleInvalidError as error:
            assert error.way_out  # noqa: PT017 - either way is right
