"""Lengths of time as a person says them."""

from datetime import timedelta

_UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)


def age_text(age: timedelta) -> str:
    """The largest unit that fits, rounded down: `3 h`."""
    for unit, name in _UNITS:
        if age >= unit:
            return f"{age // unit} {name}"
    return "less than a minute"
