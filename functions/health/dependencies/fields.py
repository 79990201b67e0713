"""Fields of documents that somebody else wrote."""

from datetime import datetime


def text_in(value: object) -> str:
    """The text; raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def instant_in(value: object) -> datetime:
    """The instant of a text, which must name its zone; raises TypeError or ValueError."""
    instant = datetime.fromisoformat(text_in(value))
    if instant.tzinfo is None:
        raise ValueError("no zone")
    return instant
