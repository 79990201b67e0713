"""What was done to a stack, in the CLI's words."""

from dataclasses import dataclass
from typing import Any

from orchestrator.state.errors import UpdateNotFoundError
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import Access, require_whole_state
from orchestrator.state.protocol.fields import whole_number
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import UpdateRecord, UpdateStatus
from orchestrator.state.service import StateService

# Pulumi knows no other results; our own, richer status is in the record.
_RESULTS = {UpdateStatus.RUNNING: "in-progress", UpdateStatus.SUCCEEDED: "succeeded"}
_STATUSES = {
    UpdateStatus.CREATED: "not started",
    UpdateStatus.RUNNING: "running",
    UpdateStatus.SUCCEEDED: "succeeded",
}


@dataclass(frozen=True, slots=True)
class HistoryRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access

    def list(self, request: Request, *, name: StackName) -> Answer:
        require_whole_state(self.access, name)
        updates = self.service.updates.history(self.service.stacks.require(name))
        size = whole_number(request.query.get("pageSize", "0"))
        page = max(whole_number(request.query.get("page", "1")), 1)
        chosen = updates[(page - 1) * size : page * size] if size else updates
        return Answer.of({"updates": [_update_info(update) for update in chosen]})

    def latest(self, _request: Request, *, name: StackName) -> Answer:
        """For `config refresh`: the last update that came with config, and 404 if there is none."""
        require_whole_state(self.access, name)
        for update in self.service.updates.history(self.service.stacks.require(name)):
            if not update.kind.is_all_or_nothing:
                return Answer.of({"info": _update_info(update)})
        raise UpdateNotFoundError(f"stack '{name}' was never updated")

    def show_status(self, _request: Request, *, name: StackName, update_id: str) -> Answer:
        """The CLI waits for the end of an import in this way; without a token the wait is over."""
        require_whole_state(self.access, name)
        update = self.service.updates.require(self.service.stacks.require(name), update_id)
        status = _STATUSES.get(update.status, "failed")
        return Answer.of({"status": status, "events": [], "continuationToken": None})


def _update_info(update: UpdateRecord) -> dict[str, Any]:
    info = {
        "kind": str(update.kind),
        "startTime": int((update.started_at or update.created_at).timestamp()),
        "endTime": int(update.ended_at.timestamp()) if update.ended_at else 0,
        "message": update.message,
        "environment": update.environment,
        "config": {
            key: {"string": value.text, "secret": value.is_secret, "object": value.is_object}
            for key, value in update.config.items()
        },
        "result": _RESULTS.get(update.status, "failed"),
        "version": update.version,
        "resourceChanges": update.resource_changes,
    }
    if update.resource_count is not None:
        info["resourceCount"] = update.resource_count
    return info
