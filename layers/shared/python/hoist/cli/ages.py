"""Instants and spans of time as a table has them."""

from datetime import datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def age(instant: datetime | None, *, now: datetime) -> str:
    """How long ago it was, as `3 min`; empty for never."""
    if instant is None:
        return ""
    # The server's clock may be a little ahead of this one.
    seconds = max(0, int((now - instant).total_seconds()))
    length, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds // length} {unit}"


def in_utc(instant: datetime | None) -> str:
    """An instant to the second; a dash for none."""
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant else "-"
