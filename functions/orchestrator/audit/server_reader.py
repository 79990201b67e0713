"""Reads a chain through the HTTP API."""

from dataclasses import dataclass
from typing import Any

from hoist.cli.server.connection import ServerConnection
from orchestrator.audit.pages import (
    ENTRIES_PER_PAGE,
    HEADS_PER_PAGE,
    EntryPage,
    HeadPage,
    entry_page,
    head_page,
)


@dataclass(frozen=True, slots=True)
class EntriesAnswer:
    """A page of entries as the API has it."""

    chain: str
    entries: tuple[Any, ...]
    next_before: int


@dataclass(frozen=True, slots=True)
class HeadsAnswer:
    """A page of anchored heads as the API has it."""

    chain: str
    heads: tuple[Any, ...]
    next_before: int


class ServerAuditReader:
    """Implements `pages.AuditReader` below `path`: `/v1/audit`, or that of a stack.

    Raises the errors of `hoist.cli.server.errors`, and AuditDamagedError for what is no page.
    """

    def __init__(self, connection: ServerConnection, path: str) -> None:
        self._connection = connection
        self._path = path

    def entries(self, *, before: int = 0, limit: int = ENTRIES_PER_PAGE) -> EntryPage:
        query = {"before": before, "limit": limit}
        answer = self._connection.ask(EntriesAnswer, "GET", f"{self._path}/entries", query=query)
        return entry_page(
            {
                "chain": answer.chain,
                "entries": list(answer.entries),
                "next_before": answer.next_before,
            }
        )

    def heads(self, *, before: int = 0, limit: int = HEADS_PER_PAGE) -> HeadPage:
        query = {"before": before, "limit": limit}
        answer = self._connection.ask(HeadsAnswer, "GET", f"{self._path}/heads", query=query)
        return head_page(
            {"chain": answer.chain, "heads": list(answer.heads), "next_before": answer.next_before}
        )
