"""Events of an operation as JSON documents, and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, get_args

from hoist.operation_events import (
    SCHEMA,
    Failure,
    NextCommand,
    OperationEvent,
    OperationName,
    Outcome,
    Output,
    PendingCreate,
    PropertyChange,
    Refusal,
    Severity,
)


def document_of(event: OperationEvent) -> dict[str, Any]:
    """The event as schema 1 of `operation_events` has it."""
    return {"schema": SCHEMA, "type": event.type, **_plain(event)}


def as_line(event: OperationEvent) -> str:
    """The event as a line of NDJSON, without its end."""
    return json.dumps(document_of(event))


def event_in(document: Mapping[str, Any]) -> OperationEvent | None:
    """The event of a document; None for a type of a newer version.

    Fields that this version does not know are left out. Raises ValueError for a document that is
    none of schema 1.
    """
    if document.get("schema") != SCHEMA:
        raise ValueError(f"an event of schema {document.get('schema')!r}, not {SCHEMA}")
    kind = _KINDS.get(document.get("type", ""))
    if kind is None:
        return None
    try:
        event: OperationEvent = kind(**_known(kind, document))
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"an event of type {kind.type!r} that is not whole") from error
    return event


def _known(kind: type[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    known = {}
    for name in (each.name for each in fields(kind)):
        if name in document:
            read = _READERS.get(f"{kind.type}.{name}") or _READERS.get(name) or _as_it_is
            known[name] = read(document[name])
    return known


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


def _as_it_is(value: Any) -> Any:
    return value


def _all_of(kind: type[Any]) -> Callable[[Any], Any]:
    return lambda items: tuple(_part(kind, item) for item in items)


def _part(kind: type[Any], item: Mapping[str, Any]) -> Any:
    return kind(**{each.name: item[each.name] for each in fields(kind) if each.name in item})


_KINDS: Mapping[str, Any] = {kind.type: kind for kind in get_args(OperationEvent)}
# By the name of the field, with the type of the event before it where that matters.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "at": datetime.fromisoformat,
    "operation_started.operation": OperationName,
    "result.operation": OperationName,
    "severity": Severity,
    "outcome": Outcome,
    "step_started.changes": _all_of(PropertyChange),
    "step_done.changes": _all_of(PropertyChange),
    "step_failed.changes": _all_of(PropertyChange),
    "failures": _all_of(Failure),
    "pending_creates": _all_of(PendingCreate),
    "next_commands": _all_of(NextCommand),
    "outputs": lambda outputs: {name: _part(Output, output) for name, output in outputs.items()},
    "error": lambda error: None if error is None else _part(Refusal, error),
}
