"""Reads one chain and its anchored heads, page by page: what the API's routes answer with."""

from collections.abc import Callable

from orchestrator.audit.anchors import AnchoredHeads
from orchestrator.audit.chains import Chains
from orchestrator.audit.entries import stored_entry
from orchestrator.audit.heads import SignedHead
from orchestrator.audit.page_sizes import ENTRIES_PER_PAGE, HEADS_PER_PAGE
from orchestrator.audit.pages import EntryPage, HeadPage


class AuditReading:
    """Implements `pages.AuditReader` over the stores. `open_heads` is called by who needs it."""

    def __init__(self, chain: str, chains: Chains, open_heads: Callable[[], AnchoredHeads]) -> None:
        self._chain = chain
        self._chains = chains
        self._open_heads = open_heads

    def entries(self, *, before: int = 0, limit: int = ENTRIES_PER_PAGE) -> EntryPage:
        """Raises AuditDamagedError for an entry that cannot be read."""
        end = before - 1 if before else self._last_slot()
        start = max(0, end - limit)
        # Where slots are missing there are fewer: the verification says so, not the reading.
        records = self._chains.read(self._chain, after_slot=start, limit=end - start) if end else ()
        entries = tuple(stored_entry(each.body) for each in records if each.slot <= end)
        return EntryPage(self._chain, entries, next_before=start + 1 if start else 0)

    def heads(self, *, before: int = 0, limit: int = HEADS_PER_PAGE) -> HeadPage:
        """Raises AuditDamagedError for a head that cannot be read."""
        heads: list[SignedHead] = []
        for signed in self._open_heads().newest_first(self._chain, below=before):
            # Heads of one number are a fork, and stay on one page.
            if len(heads) >= limit and signed.head.number != heads[-1].head.number:
                return HeadPage(self._chain, tuple(heads), next_before=heads[-1].head.number)
            heads.append(signed)
        return HeadPage(self._chain, tuple(heads))

    def _last_slot(self) -> int:
        last = self._chains.last(self._chain)
        return last.slot if last else 0
