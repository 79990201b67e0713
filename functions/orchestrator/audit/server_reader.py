"""Reads a chain through the HTTP API."""

from dataclasses import dataclass
from typing import Any

from hoist.cli.server.connection import ServerConnection
from orchestrator.audit.page_sizes import ENTRIES_PER_PAGE, HEADS_PER_PAGE
from orchestrator.audit.pages import (
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
    """Implements `pages.AuditReader` below `path`: that of a stack, or `/v1/audit` and a `chain`.

    Raises the errors of `hoist.cli.server.errors`, and AuditDamagedError for what is no page.
    """

    def __init__(self, connection: ServerConnection, path: str, *, chain: str = "") -> None:
        self._connection = connection
        self._path = path
        # An empty one is not sent.
        self._chain = chain

    def entries(self, *, before: int = 0, limit: int = ENTRIES_PER_PAGE) -> EntryPage:
        query = self._query(before, limit)
        answer = self._connection.ask(EntriesAnswer, "GET", f"{self._path}/entries", query=query)
        return entry_page(
            {
                "chain": answer.chain,
                "entries": list(answer.entries),
                "next_before": answer.next_before,
            }
        )

    def heads(self, *, before: int = 0, limit: int = HEADS_PER_PAGE) -> HeadPage:
        query = self._query(before, limit)
        answer = self._connection.ask(HeadsAnswer, "GET", f"{self._path}/heads", query=query)
        return head_page(
            {"chain": answer.chain, "heads": list(answer.heads), "next_before": answer.next_before}
        )

    def _query(self, before: int, limit: int) -> dict[str, str | int]:
        return {"before": before, "limit": limit, "chain": self._chain}
