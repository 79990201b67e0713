"""The cron expressions of rotation schedules: cron(0 hours day-of-month month day-of-week *)."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NoReturn

from hoist.rotation_engine.errors import ScheduleInvalidError

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

# The rarest day there is, February 29, comes within eight years (1900 and 2100 have none).
_DAYS_AHEAD = 8 * 366 + 1

_PART = re.compile(r"(?P<from>\*|[A-Z0-9]+)?(?:-(?P<to>[A-Z0-9]+))?(?:/(?P<every>\d+))?")

DayRule = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """Hours of days, in UTC."""

    hours: frozenset[int]
    months: frozenset[int]
    day: DayRule

    def next_after(self, instant: datetime) -> datetime | None:
        """The first hour of the schedule later than the instant; None if there is none at all."""
        for ahead in range(_DAYS_AHEAD):
            day = (instant + timedelta(days=ahead)).date()
            if day.month not in self.months or not self.day(day):
                continue
            for hour in sorted(self.hours):
                opens_at = datetime.combine(day, time(hour), instant.tzinfo)
                if opens_at > instant:
                    return opens_at
        return None


def cron(expression: str) -> Cron:
    """The schedule of an expression such as `cron(0 8 1 * ? *)`; raises ScheduleInvalidError."""
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    if not expression.startswith("cron(") or not expression.endswith(")") or len(fields) != 6:
        refuse("a cron schedule is cron(minutes hours day-of-month month day-of-week year)")
    minutes, hours, day, month, weekday, year = fields
    if minutes != "0" or year != "*":
        refuse("a rotation schedule has minute 0 and year *")
    if (day == "?") == (weekday == "?"):
        refuse("one of day of month and day of week must be ?")
    return Cron(
        hours=_numbers(hours, range(24)),
        months=_numbers(month, range(1, 13), _MONTHS),
        day=_day_of_month(day) if weekday == "?" else _day_of_week(weekday),
    )


def refuse(fault: str) -> NoReturn:
    raise ScheduleInvalidError(fault, way_out="give the rotation rules as Secrets Manager does")


def _day_of_month(field: str) -> DayRule:
    if field == "L":
        return lambda day: day.day == calendar.monthrange(day.year, day.month)[1]
    numbers = _numbers(field, range(1, 32))
    return lambda day: day.day in numbers


def _day_of_week(field: str) -> DayRule:
    named, hash_sign, nth = field.partition("#")
    if hash_sign:
        weekday, number = _weekday(named), _number(nth, range(1, 6))
        return lambda day: _weekday_of(day) == weekday and (day.day - 1) // 7 + 1 == number
    if field.endswith("L") and len(field) > 1:
        weekday = _weekday(field.removesuffix("L"))
        return lambda day: (
            _weekday_of(day) == weekday
            and day.day + 7 > calendar.monthrange(day.year, day.month)[1]
        )
    # A lone L is the last day of the week.
    numbers = _numbers("SAT" if field == "L" else field, range(1, 8), _WEEKDAYS)
    return lambda day: _weekday_of(day) in numbers


def _weekday(text: str) -> int:
    return _number(text, range(1, 8), _WEEKDAYS)


def _weekday_of(day: date) -> int:
    """Sunday is 1."""
    return day.isoweekday() % 7 + 1


def _numbers(field: str, allowed: range, names: tuple[str, ...] = ()) -> frozenset[int]:
    return frozenset(number for part in field.split(",") for number in _part(part, allowed, names))


def _part(part: str, allowed: range, names: tuple[str, ...]) -> range:
    match = _PART.fullmatch(part)
    if not match or not part or part.startswith("-") or part.startswith("*-"):
        refuse("a field of the cron schedule cannot be understood")
    first, last, every = match["from"], match["to"], match["every"]
    # `/8` is as good as `*/8`.
    is_open = first in {None, "*"}
    start = allowed.start if is_open or first is None else _number(first, allowed, names)
    stop = allowed[-1] if is_open or every else start
    if last:
        stop = _number(last, allowed, names)
    step = _number(every, range(1, allowed.stop)) if every else 1
    if stop < start:
        refuse("a range of the cron schedule ends before it begins")
    return range(start, stop + 1, step)


def _number(text: str, allowed: range, names: tuple[str, ...] = ()) -> int:
    if text in names:
        return names.index(text) + allowed.start
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or int(text) not in allowed:
        refuse(f"a number of the cron schedule is not of {allowed.start} to {allowed[-1]}")
    return int(text)
