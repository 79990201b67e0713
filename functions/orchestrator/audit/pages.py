"""Entries and heads in pages, newest page first, and the JSON of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from orchestrator.audit.entries import MAX_NUMBER, StoredEntry, entry_document, stored_entry
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.audit.heads import SignedHead, signed_head, signed_head_document
from orchestrator.audit.page_sizes import ENTRIES_PER_PAGE, HEADS_PER_PAGE
from orchestrator.state.exact_json import encode_json


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries in the order of the chain."""

    chain: str
    entries: tuple[StoredEntry, ...]
    next_before: int = 0
    """The `before` of the page of older ones; 0 at the chain's beginning."""


@dataclass(frozen=True, slots=True)
class HeadPage:
    """Anchored heads, newest first."""

    chain: str
    heads: tuple[SignedHead, ...]
    next_before: int = 0
    """The `before` of the page of older ones; 0 at the end."""


class AuditReader(Protocol):
    """One chain, for who reads it."""

    def entries(self, *, before: int = 0, limit: int = ENTRIES_PER_PAGE) -> EntryPage:
        """The last `limit` entries with numbers below `before`; 0 means the newest ones."""
        ...

    def heads(self, *, before: int = 0, limit: int = HEADS_PER_PAGE) -> HeadPage:
        """The newest `limit` heads of numbers below `before`, or a few more; 0 means any."""
        ...


def all_entries(reader: AuditReader) -> EntryPage:
    """The whole chain as one page."""
    page = reader.entries()
    pages = [page]
    while page.next_before:
        page = reader.entries(before=page.next_before)
        pages.append(page)
    found = tuple(each for older in reversed(pages) for each in older.entries)
    return EntryPage(page.chain, found)


def all_heads(reader: AuditReader) -> HeadPage:
    """All anchored heads as one page."""
    page = reader.heads()
    found = list(page.heads)
    while page.next_before:
        page = reader.heads(before=page.next_before)
        found.extend(page.heads)
    return HeadPage(page.chain, tuple(found))


def entry_page_document(page: EntryPage) -> dict[str, Any]:
    return {
        "chain": page.chain,
        "entries": [
            {"entry": entry_document(each.entry), "hash": each.hash} for each in page.entries
        ],
        "next_before": page.next_before,
    }


def head_page_document(page: HeadPage) -> dict[str, Any]:
    return {
        "chain": page.chain,
        "heads": [signed_head_document(each) for each in page.heads],
        "next_before": page.next_before,
    }


def entry_page(document: Mapping[str, Any]) -> EntryPage:
    """The page in a document; raises AuditDamagedError, also where an entry has another hash."""
    chain, next_before = _chain(document), _cursor(document)
    return EntryPage(chain, tuple(map(_told_entry, _items(document, "entries"))), next_before)


def head_page(document: Mapping[str, Any]) -> HeadPage:
    """The page in a document; raises AuditDamagedError."""
    heads = tuple(signed_head(_canonical(each)) for each in _items(document, "heads"))
    return HeadPage(_chain(document), heads, _cursor(document))


def _told_entry(item: Any) -> StoredEntry:
    if not isinstance(item, dict):
        raise _no_page()
    stored = stored_entry(_canonical(item.get("entry")))
    if stored.hash != item.get("hash"):
        raise AuditDamagedError(
            f"entry {stored.entry.number} of audit chain {stored.entry.chain} is not the one that"
            " its hash is of",
            way_out="compare it with what is stored: it was changed on its way, or there",
        )
    return stored


def _canonical(value: Any) -> bytes:
    return encode_json(value, sort_keys=True)


def _items(document: Mapping[str, Any], name: str) -> list[Any]:
    items = document.get(name)
    if not isinstance(items, list):
        raise _no_page()
    return items


def _chain(document: Mapping[str, Any]) -> str:
    chain = document.get("chain")
    if not isinstance(chain, str):
        raise _no_page()
    return chain


def _cursor(document: Mapping[str, Any]) -> int:
    cursor = document.get("next_before")
    if type(cursor) is not int or not 0 <= cursor <= MAX_NUMBER:
        raise _no_page()
    return cursor


def _no_page() -> AuditDamagedError:
    return AuditDamagedError(
        "the server does not answer with a page of the audit",
        way_out="see that hoist and the server are of one version",
    )
