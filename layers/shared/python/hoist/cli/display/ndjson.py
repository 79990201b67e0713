"""Shows an operation to a program: one JSON object per line, as `events` describes them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from types import TracebackType
from typing import Any, Self

from hoist.cli.display.events import SCHEMA, OperationEvent


class NdjsonDisplay:
    """Writes each event as a line, at once."""

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self._write_line = write_line

    def show(self, event: OperationEvent) -> None:
        self._write_line(as_line(event))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """There is nothing to close."""


def as_line(event: OperationEvent) -> str:
    """The event as a line of NDJSON, without its end."""
    return json.dumps({"schema": SCHEMA, "type": event.type, **_plain(event)})


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
