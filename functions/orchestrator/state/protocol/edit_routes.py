"""Edits: a state is imported, a stack is renamed."""

from dataclasses import dataclass
from http import HTTPStatus

from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import Access
from orchestrator.state.protocol.fields import text_field
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import Holder
from orchestrator.state.service import StateService


@dataclass(frozen=True, slots=True)
class EditRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access
    holder: Holder

    def import_state(self, request: Request, *, name: StackName) -> Answer:
        """It is done when this returns; the CLI asks for the update's status afterwards."""
        self.access.check_write(name)
        update = self.service.edits.import_state(name, request.body, holder=self.holder)
        # Not `updateID`, as everywhere else.
        return Answer.of({"updateId": update.id})

    def rename(self, request: Request, *, name: StackName) -> Answer:
        body = request.json()
        project = text_field(body, "newProject") or name.project
        new = StackName(project, text_field(body, "newName"))
        self.access.check_write(name)
        self.access.check_write(new)
        self.service.edits.rename(name, new, holder=self.holder)
        return Answer(HTTPStatus.NO_CONTENT)
