"""Entries of a chain, and their one encoding: the bytes that are stored, hashed and exported."""

import hashlib
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hoist.strict_json import InvalidDocumentError, JsonFields
from orchestrator.audit.acts import Act, Digests, Result, ResultKind, Source, Who
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.state.exact_json import decode_json, encode_json

FORMAT = 1
GENESIS = "0" * 64
"""What the first entry has in the place of the hash of an entry before it."""
MAX_NUMBER = 10**12 - 1
"""The largest that a store's key has digits for."""

_Facts = TypeVar("_Facts", Who, Source, Digests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry."""

    chain: str
    """A stack's id, or `installation`."""
    number: int
    """From 1, without a hole."""
    previous: str
    """The hash of the entry before."""
    id: str
    """Random: two entries never have the same bytes."""
    at: datetime
    act: Act
    result: Result


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with the hash of the bytes that it was read from."""

    entry: Entry
    hash: str


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def encode_entry(entry: Entry) -> bytes:
    """Compact ASCII JSON with sorted names."""
    return encode_json(entry_document(entry), sort_keys=True)


def entry_document(entry: Entry) -> dict[str, Any]:
    act, result = entry.act, entry.result
    return {
        "format": FORMAT,
        "chain": entry.chain,
        "number": entry.number,
        "previous": entry.previous,
        "id": entry.id,
        "at": instant_text(entry.at),
        "who": asdict(act.who),
        "operation": act.operation,
        "subject": act.subject,
        "why": act.why,
        "from": asdict(act.source),
        "digests": asdict(act.digests),
        "result": {"kind": str(result.kind), "code": result.code, "begun_at": result.begun_at},
    }


def stored_entry(body: bytes) -> StoredEntry:
    """The entry that these bytes are; raises AuditDamagedError for all that we would not write."""
    try:
        entry = _entry(decode_json(body))
    except (ValueError, InvalidDocumentError) as error:
        raise _damaged() from error
    if encode_entry(entry) != body:
        raise _damaged()
    return StoredEntry(entry, hash_of(body))


def instant_text(instant: datetime) -> str:
    """An instant as entries and heads have it: UTC, milliseconds, Z."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_milliseconds(instant: datetime) -> datetime:
    """The instant as its text has it."""
    return instant - timedelta(microseconds=instant.microsecond % 1000)


def _entry(document: Any) -> Entry:
    if not isinstance(document, dict):
        raise ValueError("an entry is an object")  # noqa: TRY004 - as all else that is wrong
    told = JsonFields(document, "an entry of the audit")
    told.number("format", default=0, lowest=FORMAT, highest=FORMAT)
    result = told.object("result")
    return Entry(
        chain=told.text("chain"),
        number=told.number("number", default=0, lowest=1, highest=MAX_NUMBER),
        previous=told.text("previous"),
        id=told.text("id"),
        at=told.instant("at"),
        act=Act(
            operation=told.text("operation"),
            subject=_text(told, "subject"),
            who=_facts(Who, told.object("who")),
            why=_text(told, "why"),
            source=_facts(Source, told.object("from")),
            digests=_facts(Digests, told.object("digests")),
        ),
        result=Result(
            ResultKind(result.text("kind")),
            _text(result, "code"),
            result.number("begun_at", default=0, lowest=0, highest=MAX_NUMBER),
        ),
    )


def _facts(kind: type[_Facts], told: JsonFields) -> _Facts:
    return kind(**{each.name: _text(told, each.name) for each in fields(kind)})


def _text(told: JsonFields, name: str) -> str:
    return told.optional_text(name) or ""


def _damaged() -> AuditDamagedError:
    return AuditDamagedError(
        "an entry of the audit is none that this version of Hoist writes",
        way_out="read it with a newer version; if there is none, it was changed: see the anchored"
        " heads",
    )
