"""The journal of an update: batches of entries are taken in, entries are put in order.

An entry that is not understood is refused, never passed over: a newer engine could lose state.
What the entries mean together is the fold's business.
"""

import hashlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from orchestrator.state.entry_faults import entry_faults, is_id, or_empty
from orchestrator.state.errors import JournalEntryError
from orchestrator.state.exact_json import decode_json, encode_json, nests_deeper_than
from orchestrator.state.journal_entry import JournalEntry, JournalEntryKind

__all__ = [
    "JournalEntry",
    "JournalEntryKind",
    "merge_entries",
    "missing_sequence_ids",
    "parse_batch",
]

ENTRY_VERSION = 1
# Pulumi states stay below about 30; Python's own JSON gives up somewhere under 1000, depending on
# how deep its caller is, and an entry that was taken must be readable from everywhere.
MAX_NESTING = 200


def parse_batch(body: bytes) -> tuple[JournalEntry, ...]:
    """The entries of one request, in the order they came.

    Raises JournalEntryError if the body or any of its entries cannot be accepted.
    """
    try:
        batch = decode_json(body)
    except ValueError as error:
        raise _damaged("the journal batch is not JSON") from error
    entries = or_empty(batch.get("entries")) if isinstance(batch, dict) else None
    if not isinstance(entries, list):
        raise _damaged("the journal batch is not an object with a list of entries")
    if nests_deeper_than(entries, MAX_NESTING):
        raise _damaged(f"the journal batch is nested deeper than {MAX_NESTING} levels")
    return tuple(_parse_entry(raw) for raw in entries)


def merge_entries(entries: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """The entries by sequence id, each once, however they arrived.

    Raises JournalEntryError when two different entries have one sequence id.
    """
    by_sequence_id: dict[int, JournalEntry] = {}
    for entry in entries:
        known = by_sequence_id.setdefault(entry.sequence_id, entry)
        if known.digest != entry.digest:
            raise _damaged(f"journal entry {entry.sequence_id} was sent twice, and differs")
    return tuple(by_sequence_id[sequence_id] for sequence_id in sorted(by_sequence_id))


def missing_sequence_ids(entries: Iterable[JournalEntry]) -> tuple[range, ...]:
    """The gaps in the journal below its last entry, as ranges; a whole one starts at 1."""
    present = sorted({entry.sequence_id for entry in entries})
    return tuple(
        range(before + 1, after) for before, after in pairwise([0, *present]) if after > before + 1
    )


def _parse_entry(raw: object) -> JournalEntry:
    if not isinstance(raw, dict):
        raise _damaged("a journal entry is not an object")
    kind = _known_kind(raw)
    fault = next(entry_faults(raw, kind), None)
    if fault:
        number = raw["sequenceID"] if is_id(raw.get("sequenceID"), 1) else "without a number"
        raise _damaged(f"journal entry {number} ({kind.name.lower()}): {fault}")
    return JournalEntry(
        sequence_id=raw["sequenceID"],
        kind=kind,
        operation_id=raw["operationID"],
        remove_old=raw.get("removeOld"),
        remove_new=raw.get("removeNew"),
        delete_old=raw.get("deleteOld"),
        delete_new=raw.get("deleteNew"),
        pending_replacement_old=raw.get("pendingReplacementOld"),
        pending_replacement_new=raw.get("pendingReplacementNew"),
        is_refresh=bool(raw.get("isRefresh")),
        digest=hashlib.sha256(encode_json(raw, sort_keys=True)).hexdigest(),
        raw=raw,
    )


def _known_kind(raw: dict[str, Any]) -> JournalEntryKind:
    version, kind = raw.get("version"), raw.get("kind")
    if not (is_id(version, 0) and is_id(kind, 0)):
        raise _damaged("a journal entry has no version or no kind")
    if version != ENTRY_VERSION or kind not in _KINDS:
        raise JournalEntryError(
            f"journal entries of version {version} and kind {kind} are not known to this service",
            way_out="use the Pulumi version that this Hoist is made for, or a newer Hoist",
        )
    return _KINDS[kind]


def _damaged(what: str) -> JournalEntryError:
    return JournalEntryError(
        what, way_out="run the update again; if it recurs, report it with the engine's version"
    )


_KINDS = {kind.value: kind for kind in JournalEntryKind}
