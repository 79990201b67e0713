"""What a person has to choose between when a checkpoint was changed under an update."""

from collections.abc import Sequence

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.documents.conflicts import conflict_document
from orchestrator.http_api.needs import OnStack
from orchestrator.http_api.routes import STACK, Route
from orchestrator.http_api.run_lookup import require_stack
from orchestrator.state.errors import CorruptStateError, NotConflictedError


class ConflictReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        return (
            Route(
                "GET",
                f"{STACK}/conflict",
                self.show_conflict,
                OnStack(Permission.READ),
                "Conflict",
                refusals=[NotConflictedError, CorruptStateError],
            ),
        )

    def show_conflict(self, project: str, stack: str) -> Answer:
        """Show both sides of a stack's conflict, and in which resources they differ."""
        record = require_stack(self._estate, project, stack)
        return answered(conflict_document(self._estate.conflicts.sides(record.name)))
