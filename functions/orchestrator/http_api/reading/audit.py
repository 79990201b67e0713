"""What was done, by whom, and the signed heads that prove it.

What pages are made of is loaded by who asks for one: other reads need none of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from hoist.access.permissions import Permission
from orchestrator.audit.chains import INSTALLATION, is_chain
from orchestrator.audit.errors import AuditDamagedError
from orchestrator.audit.page_sizes import ENTRIES_PER_PAGE, HEADS_PER_PAGE
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.errors import FieldFault, RequestInvalidError
from orchestrator.http_api.needs import Everywhere, OnStack
from orchestrator.http_api.query import WholeNumber
from orchestrator.http_api.routes import STACK, Route
from orchestrator.http_api.run_lookup import require_stack
from orchestrator.state.errors import CorruptStateError

Before = Annotated[int, WholeNumber(0)]
EntryLimit = Annotated[int, WholeNumber(1, ENTRIES_PER_PAGE)]
HeadLimit = Annotated[int, WholeNumber(1, HEADS_PER_PAGE)]


class AuditReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        read, administer = OnStack(Permission.READ), Everywhere(Permission.ADMINISTER)
        entries, heads = "AuditEntries", "AuditHeads"
        of_stack, of_any = f"{STACK}/audit", "/v1/audit"
        found = (
            Route("GET", f"{of_stack}/entries", self.list_stack_entries, read, entries),
            Route("GET", f"{of_stack}/heads", self.list_stack_heads, read, heads),
            Route("GET", f"{of_any}/entries", self.list_entries, administer, entries),
            Route("GET", f"{of_any}/heads", self.list_heads, administer, heads),
        )
        return [replace(route, refusals=[AuditDamagedError, CorruptStateError]) for route in found]

    def list_stack_entries(
        self, project: str, stack: str, limit: EntryLimit = ENTRIES_PER_PAGE, before: Before = 0
    ) -> Answer:
        """List what was done to a stack, the newest page first, oldest first in a page."""
        return self._entries(require_stack(self._estate, project, stack).id, limit, before)

    def list_stack_heads(
        self, project: str, stack: str, limit: HeadLimit = HEADS_PER_PAGE, before: Before = 0
    ) -> Answer:
        """List the signed heads of a stack's audit, newest first."""
        return self._heads(require_stack(self._estate, project, stack).id, limit, before)

    def list_entries(
        self,
        chain: str = INSTALLATION,
        limit: EntryLimit = ENTRIES_PER_PAGE,
        before: Before = 0,
    ) -> Answer:
        """List what was done to no stack, or, by its id as `chain`, to one that is no more."""
        return self._entries(chain, limit, before)

    def list_heads(
        self, chain: str = INSTALLATION, limit: HeadLimit = HEADS_PER_PAGE, before: Before = 0
    ) -> Answer:
        """List the signed heads of such a chain, newest first."""
        return self._heads(chain, limit, before)

    def _entries(self, chain: str, limit: int, before: int) -> Answer:
        from orchestrator.audit.pages import entry_page_document

        page = self._estate.audit_of(_checked(chain)).entries(before=before, limit=limit)
        return answered(entry_page_document(page))

    def _heads(self, chain: str, limit: int, before: int) -> Answer:
        from orchestrator.audit.pages import head_page_document

        page = self._estate.audit_of(_checked(chain)).heads(before=before, limit=limit)
        return answered(head_page_document(page))


def _checked(chain: str) -> str:
    if not is_chain(chain):
        fault = FieldFault("query.chain", f"must be {INSTALLATION}, or the id of a stack")
        raise RequestInvalidError("the query is not as it must be", faults=[fault])
    return chain
