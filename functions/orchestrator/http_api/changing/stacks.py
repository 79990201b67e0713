"""Making and deleting stacks."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered, nothing_to_tell
from orchestrator.http_api.callers import authority
from orchestrator.http_api.documents.stacks import stack_document
from orchestrator.http_api.messages.requests import NewStack
from orchestrator.http_api.needs import OnStack, OnWantedStack
from orchestrator.http_api.routes import STACK, Route
from orchestrator.stack_life.errors import UnfinishedRunsError
from orchestrator.stack_life.removal import StackRemoval
from orchestrator.state.errors import (
    StackExistsError,
    StackNotEmptyError,
    UpdateInProgressError,
)
from orchestrator.state.names import StackName


class StackChanges:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        in_use = [UnfinishedRunsError, StackNotEmptyError, UpdateInProgressError]
        return (
            Route(
                "POST",
                "/v1/stacks",
                self.create_stack,
                OnWantedStack(Permission.OPERATE),
                "Stack",
                HTTPStatus.CREATED,
                refusals=[StackExistsError],
            ),
            Route(
                "DELETE",
                STACK,
                self.delete_stack,
                OnStack(Permission.ADMINISTER),
                status=HTTPStatus.NO_CONTENT,
                refusals=in_use,
                ends_chain=True,
            ),
        )

    def create_stack(self, body: Annotated[NewStack, Body()]) -> Answer:
        """Make an empty stack with a data key of its own."""
        estate = self._estate
        record = estate.stacks.create(
            StackName(body.project, body.stack), tags=body.tags, secrets=estate.data_keys.new
        )
        state = estate.stacks.state(record.name)
        document = stack_document(record, state, last_update=None, unfinished_runs=0)
        return answered(document, HTTPStatus.CREATED)

    def delete_stack(self, project: str, stack: str, force: bool = False) -> Answer:
        """Delete a stack, its config and history; `force` forgets resources that it still has."""
        estate = self._estate
        removal = StackRemoval(estate.stacks, estate.runs, estate.queues)
        removal.delete(StackName(project, stack), force=force, who=authority().person)
        return nothing_to_tell()
