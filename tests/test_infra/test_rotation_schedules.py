"""Which schedules of a rotation are taken: no more than what Hoist's own engine understands."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.rotation_schedules import ScheduleError, check_schedule
from hoist.rotation_engine.errors import ScheduleInvalidError
from hoist.rotation_engine.windows import schedule

TAKEN = [
    ("rate(4 hours)", "4h"),
    ("rate(12 hours)", None),
    ("rate(1 day)", "24h"),
    ("rate(1000 days)", "3h"),
    ("cron(0 8 1 * ? *)", "16h"),
    ("cron(0 0 L * ? *)", "24h"),
    ("cron(0 /8 * * ? *)", "8h"),
    ("cron(0 2-10/4 ? 1,JUL-DEC MON-FRI *)", "4h"),
    ("cron(0 4 ? * 1#5 *)", None),
    ("cron(0 4 ? * FRIL *)", None),
    ("cron(0 4 ? * L *)", None),
]


@pytest.mark.parametrize(("expression", "window"), TAKEN)
def test_what_secrets_manager_takes(expression: str, window: str | None) -> None:
    """Rates from four hours on, hours of days, and windows that end with the day."""
    check_schedule(expression, window)


@pytest.mark.parametrize(
    ("expression", "window", "fault"),
    [
        ("", None, "a schedule is rate"),
        ("every month", None, "a schedule is rate"),
        ("rate(1 week)", None, "a schedule is rate"),
        ("cron(0 8 1 * ?)", None, "a schedule is rate"),
        ("rate(3 hours)", None, "from 4 hours to 1000 days"),
        ("rate(1001 days)", None, "from 4 hours to 1000 days"),
        ("cron(30 8 1 * ? *)", None, "the minute is 0"),
        ("cron(0 8 1 * ? 2030)", None, "the year is"),
        ("cron(0 8 1 * MON *)", None, "one of day of month and day of week"),
        ("cron(0 8 ? * ? *)", None, "one of day of month and day of week"),
        ("cron(0 24 1 * ? *)", None, "outside of 0 to 23"),
        ("cron(0 8 32 * ? *)", None, "outside of 1 to 31"),
        ("cron(0 8 1 DEC-JAN ? *)", None, "outside of 1 to 12"),
        ("cron(0 8 ? * 8 *)", None, "outside of 1 to 7"),
        ("cron(0 8 ? * MON#6 *)", None, "nothing that a cron can have"),
        ("cron(0 8 ? * DAY *)", None, "nothing that a cron can have"),
        ("cron(0 *-8 1 * ? *)", None, "nothing that a cron can have"),
        ("cron(0 8, 1 * ? *)", None, "nothing that a cron can have"),
        ("cron(0 */2 * * ? *)", None, "every four hours at most"),
        ("cron(0 2,23 * * ? *)", None, "every four hours at most"),
        ("rate(1 day)", "3", "from 1h to 24h"),
        ("rate(1 day)", "0h", "from 1h to 24h"),
        ("rate(1 day)", "25h", "from 1h to 24h"),
        ("rate(4 hours)", "5h", "into the next one"),
        ("cron(0 22 * * ? *)", "3h", "into the next day"),
        ("cron(0 0,8 * * ? *)", "9h", "into the next one"),
    ],
)
def test_what_secrets_manager_refuses(expression: str, window: str | None, fault: str) -> None:
    """The refusal says what a schedule or a window has to be."""
    with pytest.raises(ScheduleError, match=fault):
        check_schedule(expression, window)


_PARTS = st.sampled_from(["*", "?", "L", "0", "1", "7", "23", "/6", "2/8", "1-5", "20-2", "JAN"])
_WEEKDAYS = st.sampled_from(["*", "?", "L", "MON", "2-6", "SUN,WED", "3#2", "TUEL", "8", "5L"])
_CRONS = st.builds(
    "cron({} {} {} {} {} {})".format,
    st.sampled_from(["0", "30"]),
    st.lists(_PARTS, min_size=1, max_size=2).map(",".join),
    _PARTS,
    _PARTS,
    _WEEKDAYS,
    st.sampled_from(["*", "2030"]),
)
_RATES = st.builds(
    "rate({} {})".format,
    st.integers(0, 30_000),
    st.sampled_from(["hour", "hours", "day", "days", "weeks"]),
)
_WINDOWS = st.none() | st.integers(0, 30).map("{}h".format)


@given(_CRONS | _RATES | st.text(), _WINDOWS | st.text(max_size=4))
@example("cron(0 8 1 * ? *)", "16h")
@example("rate(30 days)", None)
def test_what_is_taken_is_understood(expression: str, window: str | None) -> None:
    """The engine that rotates outside of AWS has windows for every schedule that is taken."""
    with suppress(ScheduleError):
        check_schedule(expression, window)
        schedule(_rules(expression, window))


@given(_CRONS | _RATES)
def test_what_is_understood_is_taken(expression: str) -> None:
    """And every schedule of the engine's is taken, with the usual window."""
    with suppress(ScheduleInvalidError):
        schedule(_rules(expression, None))
        check_schedule(expression, None)


def _rules(expression: str, window: str | None) -> dict[str, str]:
    rules = {"ScheduleExpression": expression}
    return rules if window is None else {**rules, "Duration": window}
