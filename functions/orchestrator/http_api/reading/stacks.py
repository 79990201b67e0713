"""Stacks, as they are."""

from collections.abc import Iterator, Sequence

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.callers import authority
from orchestrator.http_api.documents.stacks import stack_document, stack_summary
from orchestrator.http_api.needs import OnStack, Somewhere
from orchestrator.http_api.routes import STACK, Route
from orchestrator.state.first_use import require_used
from orchestrator.state.names import StackName


class StackReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        return (
            Route("GET", "/v1/stacks", self.list_stacks, Somewhere(Permission.READ), "StackList"),
            Route("GET", STACK, self.show_stack, OnStack(Permission.READ), "Stack"),
        )

    def list_stacks(self, project: str = "") -> Answer:
        """List the stacks of all projects, or of one, as far as the caller may read them."""
        caller, found = authority(), self._estate.stacks.names(project)
        names = [name for name in found if caller.may(Permission.READ, name)]
        versions = dict(self._versions({name.project for name in names}))
        summaries = [stack_summary(name, version=versions.get(name, 0)) for name in names]
        return answered({"stacks": summaries})

    def show_stack(self, project: str, stack: str) -> Answer:
        """Show one stack."""
        estate = self._estate
        record = require_used(estate.stacks, StackName(project, stack))
        return answered(
            stack_document(
                record,
                estate.stacks.state(record.name),
                last_update=estate.history.last(record),
                unfinished_runs=len(estate.queues.read(record.id).run_ids),
            )
        )

    def _versions(self, projects: set[str]) -> Iterator[tuple[StackName, int]]:
        """By stack; one that only a bare CLI has touched so far is in no record."""
        for project in projects:
            for record in self._estate.stacks.list(project):
                yield record.name, record.version
