"""Dataclasses as documents, and the fields of documents: what every layout does alike."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from orchestrator.state.errors import CorruptStateError
from orchestrator.state.storage import Document


def plain_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of `asdict` as JSON has them: instants and choices as text, tuples as lists."""
    return {name: _plain(value) for name, value in fields.items()}


def known_fields(document: Document, what: str, *, format_number: int) -> dict[str, Any]:
    """A copy without the format; raises CorruptStateError if that is another one."""
    if document.get("format") != format_number:
        raise CorruptStateError(
            f"the {what} record has format {document.get('format')}, "
            f"this version reads {format_number}",
            way_out="use the version of Hoist that wrote it, or a newer one",
        )
    return {key: value for key, value in document.items() if key != "format"}


def instant_in(text: str | None) -> datetime | None:
    """The instant of a field that may be empty."""
    return datetime.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return plain_fields(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
