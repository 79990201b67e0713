"""Schedules of rotations by Secrets Manager's rules, which it would tell halfway through an update.

hoist.rotation_engine.windows has the same rules. They cannot be imported here: an older Hoist may
be the one that deploys this program.
"""

import re
from itertools import pairwise
from typing import NoReturn

HOURS_OF_A_DAY = 24
SHORTEST_HOURS, LONGEST_HOURS = 4, 1000 * HOURS_OF_A_DAY

_RATE = re.compile(r"rate\(([0-9]{1,5}) (hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) +(\S+) +(\S+) +(\S+) +(\S+) +(\S+)\)")
_WINDOW = re.compile(r"([0-9]{1,2})h")
_PART = re.compile(r"(\*|[0-9]{1,2})?(?:-([0-9]{1,2}))?(?:/([0-9]{1,2}))?")
_NTH_WEEKDAY = re.compile(r"(\w+)#[1-5]|(\w+)L", re.ASCII)

_HOURS, _DAYS, _MONTHS, _WEEKDAYS = range(24), range(1, 32), range(1, 13), range(1, 8)
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAY_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class ScheduleError(ValueError):
    """A schedule, or a window, that Secrets Manager would refuse."""


def check_schedule(expression: str, window: str | None) -> None:
    """Raise ScheduleError unless Secrets Manager takes the two; all times are UTC."""
    if rate := _RATE.fullmatch(expression):
        hours = int(rate[1]) * (HOURS_OF_A_DAY if rate[2] == "day" else 1)
        if not SHORTEST_HOURS <= hours <= LONGEST_HOURS:
            _refuse("a rate is from 4 hours to 1000 days")
        # Its windows open at midnight and at multiples of it.
        longest_window = min(hours, HOURS_OF_A_DAY)
    elif fields := _CRON.fullmatch(expression):
        longest_window = _longest_window(sorted(_hours(*fields.groups())))
    else:
        _refuse("a schedule is rate(… hours), rate(… days) or cron(0 … … … … *)")
    if window is not None:
        _check_window(window, longest_window)


def _hours(minute: str, hour: str, day: str, month: str, weekday: str, year: str) -> frozenset[int]:
    if minute != "0" or year != "*":
        _refuse("in a rotation's cron the minute is 0 and the year is *")
    if (day == "?") == (weekday == "?"):
        _refuse("in a cron one of day of month and day of week is ?, and the other is not")
    if weekday == "?" and day != "L":
        _numbers(day, _DAYS)
    if day == "?" and weekday != "L":
        nth = _NTH_WEEKDAY.fullmatch(weekday)
        _numbers(weekday if nth is None else nth[1] or nth[2], _WEEKDAYS, _WEEKDAY_NAMES)
    _numbers(month, _MONTHS, _MONTH_NAMES)
    return _numbers(hour, _HOURS)


def _longest_window(hours: list[int]) -> int:
    gaps = [later - earlier for earlier, later in pairwise([*hours, hours[0] + HOURS_OF_A_DAY])]
    if min(gaps) < SHORTEST_HOURS:
        _refuse("a secret rotates every four hours at most")
    return min(*gaps, HOURS_OF_A_DAY - hours[-1])


def _check_window(window: str, longest: int) -> None:
    match = _WINDOW.fullmatch(window)
    if not match or int(match[1]) not in range(1, HOURS_OF_A_DAY + 1):
        _refuse("a window is from 1h to 24h")
    if int(match[1]) > longest:
        _refuse(f"a window of {window} would reach into the next one, or into the next day")


def _numbers(field: str, allowed: range, names: tuple[str, ...] = ()) -> frozenset[int]:
    for number, name in enumerate(names, allowed.start):
        field = re.sub(rf"\b{name}\b", str(number), field)
    return frozenset(number for part in field.split(",") for number in _part(part, allowed))


def _part(part: str, allowed: range) -> range:
    match = _PART.fullmatch(part)
    if not match or not part or part.startswith("-"):
        _refuse(f"'{part}' is nothing that a cron can have there")
    first, last, every = match.groups()
    is_open = first in (None, "*")
    if is_open and last:
        _refuse(f"'{part}' is nothing that a cron can have there")
    start = allowed.start if is_open else int(first)
    stop = int(last) if last else allowed[-1] if is_open or every else start
    step = int(every) if every else 1
    if start not in allowed or stop not in allowed or stop < start or step not in _steps(allowed):
        _refuse(f"'{part}' is outside of {allowed.start} to {allowed[-1]}")
    return range(start, stop + 1, step)


def _steps(allowed: range) -> range:
    return range(1, allowed.stop)


def _refuse(fault: str) -> NoReturn:
    raise ScheduleError(fault)
