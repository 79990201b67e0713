"""Settling a conflict."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.documents.stacks import stack_document
from orchestrator.http_api.messages.requests import ConflictAnswer
from orchestrator.http_api.needs import OnStack
from orchestrator.http_api.routes import STACK, Route
from orchestrator.http_api.run_lookup import require_stack
from orchestrator.state.conflicts import Resolution
from orchestrator.state.errors import NotConflictedError, ObjectChangedError

_RESOLUTIONS = {"ours": Resolution.UPDATE, "theirs": Resolution.PRESENT}


class ConflictChanges:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        return (
            Route(
                "POST",
                f"{STACK}/conflict",
                self.settle_conflict,
                OnStack(Permission.OPERATE),
                "Stack",
                refusals=[NotConflictedError, ObjectChangedError],
            ),
        )

    def settle_conflict(
        self, project: str, stack: str, body: Annotated[ConflictAnswer, Body()]
    ) -> Answer:
        """Let one side of a stack's conflict hold, if both are still those that were looked at."""
        record = require_stack(self._estate, project, stack)
        if record.conflict_update_id != body.update_id:
            raise NotConflictedError(
                f"update {body.update_id} does not conflict with '{record.name}' any more",
                way_out="look at it once more: somebody else may have settled it",
            )
        estate = self._estate
        resolution = _RESOLUTIONS[body.keep]
        estate.conflicts.settle(record.name, resolution, seen_version=body.seen_version)
        return answered(
            stack_document(
                estate.stacks.require(record.name),
                estate.stacks.state(record.name),
                last_update=estate.history.last(record),
                unfinished_runs=len(estate.queues.read(record.id).run_ids),
            )
        )
