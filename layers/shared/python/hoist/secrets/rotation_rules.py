"""Schedules of rotation: which of them Secrets Manager takes."""

import re
from datetime import timedelta

from hoist.secrets.answers import RotationRulesShape
from hoist.secrets.model import RotationRules
from hoist.secrets.refusals import Code, RefusedError

MIN_DAYS, MAX_DAYS = 1, 1000
SHORTEST_RATE = timedelta(hours=4)
LONGEST_WINDOW_HOURS = 24

_RATE = re.compile(r"rate\((\d{1,4}) (hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_DURATION = re.compile(r"([1-9]\d?)h")
_FIELD = re.compile(r"[A-Za-z0-9*?/,#L-]+")


def rules_of(shape: RotationRulesShape) -> RotationRules:
    """The rules that were sent; refused are those that could never be kept."""
    days = shape.get("AutomaticallyAfterDays")
    expression = shape.get("ScheduleExpression")
    if days is not None and expression is not None:
        raise _invalid("Give AutomaticallyAfterDays or ScheduleExpression, not both.")
    if days is not None and not MIN_DAYS <= days <= MAX_DAYS:
        raise _invalid(f"AutomaticallyAfterDays must be from {MIN_DAYS} to {MAX_DAYS}.")
    shortest_gap = timedelta(days=MAX_DAYS) if expression is None else _shortest_gap(expression)
    duration = shape.get("Duration")
    if duration is not None:
        _check_duration(duration, shortest_gap)
    return RotationRules(days, expression, duration)


def shape_of(rules: RotationRules) -> RotationRulesShape:
    shape = RotationRulesShape()
    if rules.automatically_after_days is not None:
        shape["AutomaticallyAfterDays"] = rules.automatically_after_days
    if rules.schedule_expression is not None:
        shape["ScheduleExpression"] = rules.schedule_expression
    if rules.duration is not None:
        shape["Duration"] = rules.duration
    return shape


def _shortest_gap(expression: str) -> timedelta:
    """How soon after one window the next may open; for a cron schedule that is not worked out."""
    rate, cron = _RATE.fullmatch(expression), _CRON.fullmatch(expression)
    if rate:
        return _period(int(rate[1]), rate[2])
    if cron:
        _check_cron(*cron.groups())
        return timedelta(days=MAX_DAYS)
    raise _invalid("ScheduleExpression must be rate(...) or cron(...) with six fields.")


def _period(count: int, unit: str) -> timedelta:
    period = timedelta(hours=count) if unit.startswith("hour") else timedelta(days=count)
    if not SHORTEST_RATE <= period <= timedelta(days=MAX_DAYS):
        raise _invalid(f"A rate is from 4 hours to {MAX_DAYS} days.")
    return period


def _check_cron(minute: str, hour: str, day: str, month: str, weekday: str, year: str) -> None:
    if minute != "0":
        raise _invalid("The minutes of a cron schedule must be 0: windows open on the hour.")
    if year != "*":
        raise _invalid("The year of a cron schedule must be *.")
    if (day == "?") == (weekday == "?"):
        raise _invalid("Exactly one of day of month and day of week must be ?.")
    if not all(_FIELD.fullmatch(field) for field in (hour, day, month, weekday)):
        raise _invalid("A field of the cron schedule cannot be understood.")


def _check_duration(duration: str, shortest_gap: timedelta) -> None:
    match = _DURATION.fullmatch(duration)
    if not match or int(match[1]) > LONGEST_WINDOW_HOURS:
        raise _invalid(f"Duration is a number of hours from 1h to {LONGEST_WINDOW_HOURS}h.")
    if timedelta(hours=int(match[1])) >= shortest_gap:
        raise _invalid("Duration must end before the next window opens.")


def _invalid(message: str) -> RefusedError:
    return RefusedError(Code.INVALID_PARAMETER, message)
