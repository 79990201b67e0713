"""Instants as the API writes them."""

from datetime import UTC, datetime


def utc_text(instant: datetime) -> str:
    """ISO 8601, UTC, with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def utc_text_or_none(instant: datetime | None) -> str | None:
    return utc_text(instant) if instant else None
