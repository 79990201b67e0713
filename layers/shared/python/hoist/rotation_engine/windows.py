"""When the windows of a rotation schedule open, in UTC."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from hoist.rotation_engine.cron import Cron, cron, refuse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHORTEST_RATE, LONGEST_RATE = 4 * HOUR, 1000 * DAY

_RATE = re.compile(r"rate\((\d{1,5}) (hours?|days?)\)", re.ASCII)
_DURATION = re.compile(r"(\d{1,2})h", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which a rotation may begin; the end does not belong to it."""

    opens_at: datetime
    closes_at: datetime


class Schedule(Protocol):
    """Tells the windows of one secret."""

    def next_window(self, *, rotated_at: datetime, now: datetime) -> Window | None:
        """The window that is open now or opens next, for a secret last rotated then."""
        ...


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """So long after the last rotation. A window that was missed opens again every `repeat`."""

    rate: timedelta
    duration: timedelta
    repeat: timedelta

    def next_window(self, *, rotated_at: datetime, now: datetime) -> Window | None:
        opens_at = _start_of(rotated_at + self.rate, self.repeat)
        if opens_at + self.duration <= now:
            missed = (now - self.duration - opens_at) // self.repeat
            opens_at += (missed + 1) * self.repeat
        return Window(opens_at, opens_at + self.duration)


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """At certain hours. A window in which the secret has rotated already is over for it."""

    cron: Cron
    duration: timedelta

    def next_window(self, *, rotated_at: datetime, now: datetime) -> Window | None:
        opens_at = self.cron.next_after(rotated_at)
        if opens_at is not None and opens_at + self.duration <= now:
            opens_at = self.cron.next_after(max(opens_at, now - self.duration))
        return Window(opens_at, opens_at + self.duration) if opens_at else None


def schedule(rules: Mapping[str, Any]) -> Schedule:
    """The schedule of `RotationRules` as DescribeSecret gives them; raises ScheduleInvalidError."""
    duration = _duration(rules.get("Duration"))
    days, expression = rules.get("AutomaticallyAfterDays"), rules.get("ScheduleExpression")
    if isinstance(days, int) and expression is None:
        return _rate(days * DAY, DAY, duration)
    if not isinstance(expression, str) or days is not None:
        refuse("the rules need either AutomaticallyAfterDays or ScheduleExpression")
    match = _RATE.fullmatch(expression)
    if not match:
        return _cron(expression, duration)
    unit = HOUR if match[2].startswith("hour") else DAY
    return _rate(int(match[1]) * unit, unit, duration)


def _rate(rate: timedelta, unit: timedelta, duration: timedelta | None) -> RateSchedule:
    if not SHORTEST_RATE <= rate <= LONGEST_RATE:
        refuse("a rate is from 4 hours to 1000 days")
    if duration and duration > min(rate, DAY):
        refuse("the window would reach into the next one")
    return RateSchedule(rate, duration or unit, repeat=unit)


def _cron(expression: str, duration: timedelta | None) -> CronSchedule:
    times = cron(expression)
    shortest_gap = min(_gaps(times))
    if shortest_gap < SHORTEST_RATE:
        refuse("a secret rotates every four hours at most")
    if duration and duration > shortest_gap:
        refuse("the window would reach into the next one")
    return CronSchedule(times, duration or _usual_duration(times))


def _usual_duration(times: Cron) -> timedelta:
    """One hour for a schedule in hours, the rest of the day for one in days."""
    return HOUR if len(times.hours) > 1 else DAY - min(times.hours) * HOUR


def _gaps(times: Cron) -> list[timedelta]:
    """The gaps between windows, within a day and over midnight."""
    hours = sorted(times.hours)
    following = [*hours[1:], hours[0] + 24]
    return [(later - earlier) * HOUR for earlier, later in zip(hours, following, strict=True)]


def _duration(text: object) -> timedelta | None:
    if text is None:
        return None
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if not match or not 1 <= int(match[1]) <= 24:
        refuse("a duration is a number of hours from 1h to 24h")
    return int(match[1]) * HOUR


def _start_of(instant: datetime, unit: timedelta) -> datetime:
    start_of_hour = instant.replace(minute=0, second=0, microsecond=0)
    return start_of_hour.replace(hour=0) if unit == DAY else start_of_hour
