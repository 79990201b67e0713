"""What a stack is made of, read from its state by no engine: outputs, resources, history."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from hoist.access.permissions import Permission
from orchestrator.estate import Estate
from orchestrator.http_api.answers import Answer, answered
from orchestrator.http_api.documents.resources import resource_documents
from orchestrator.http_api.documents.updates import update_document
from orchestrator.http_api.needs import OnStack
from orchestrator.http_api.query import WholeNumber
from orchestrator.http_api.routes import STACK, Route
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.first_use import require_used
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord
from orchestrator.state.secret_values import hidden, holds_secret, opened
from orchestrator.state.stack_keys import ForeignSecretsError, open_data_key
from orchestrator.state.stack_outputs import stack_outputs


class StateReads:
    """Each method answers one route."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def routes(self) -> Sequence[Route]:
        read = OnStack(Permission.READ)
        return (
            Route(
                "GET",
                f"{STACK}/outputs",
                self.show_outputs,
                OnStack(Permission.READ, secrets_by="show_secrets"),
                "Outputs",
                refusals=[CorruptStateError, ForeignSecretsError],
            ),
            Route(
                "GET",
                f"{STACK}/resources",
                self.list_resources,
                read,
                "ResourceList",
                refusals=[CorruptStateError],
            ),
            Route("GET", f"{STACK}/history", self.list_history, read, "History"),
        )

    def show_outputs(self, project: str, stack: str, show_secrets: bool = False) -> Answer:
        """Show what a stack exports; secrets read [secret] unless they are asked for."""
        record = self._record(project, stack)
        sealed = stack_outputs(self._estate.stacks.state(record.name))
        shown = self._opened(record, sealed) if show_secrets else hidden(dict(sealed))
        outputs = {
            name: {"value": shown[name], "secret": holds_secret(value)}
            for name, value in sealed.items()
        }
        return answered({"outputs": outputs, "version": record.version})

    def list_resources(self, project: str, stack: str) -> Answer:
        """List the resources of a stack, and creates in doubt."""
        record = self._record(project, stack)
        resources = resource_documents(self._estate.stacks.state(record.name))
        return answered({"resources": resources, "version": record.version})

    def list_history(
        self,
        project: str,
        stack: str,
        limit: Annotated[int, WholeNumber(1, 100)] = 20,
        before: Annotated[int, WholeNumber(0)] = 0,
    ) -> Answer:
        """List the updates of a stack, newest first; `before` is a version."""
        record = self._record(project, stack)
        page = self._estate.history.page(record.id, limit=limit, before=before)
        return answered(
            {
                "updates": [update_document(update) for update in page.updates],
                "next_before": str(page.next_before or ""),
            }
        )

    def _record(self, project: str, stack: str) -> StackRecord:
        return require_used(self._estate.stacks, StackName(project, stack))

    def _opened(self, record: StackRecord, sealed: Mapping[str, Any]) -> Mapping[str, Any]:
        if not holds_secret(dict(sealed)):
            return sealed
        key = open_data_key(record, self._estate.data_keys)
        return {name: opened(value, key) for name, value in sealed.items()}
