"""Stacks."""

from typing import Any

from orchestrator.http_api.documents.instants import utc_text
from orchestrator.http_api.documents.updates import update_document
from orchestrator.state.checkpoints import State
from orchestrator.state.names import StackName
from orchestrator.state.records import ActiveUpdate, StackRecord, UpdateRecord


def stack_summary(name: StackName, *, version: int) -> dict[str, Any]:
    return {"project": name.project, "stack": name.stack, "version": version}


def stack_document(
    record: StackRecord, state: State, *, last_update: UpdateRecord | None, unfinished_runs: int
) -> dict[str, Any]:
    return {
        "id": record.id,
        "project": record.name.project,
        "stack": record.name.stack,
        "created_at": utc_text(record.created_at),
        "version": record.version,
        "tags": dict(record.tags),
        "secrets_provider": _secrets_provider(record, state),
        "resource_count": len(state.resources),
        "active_update": _active_update(record.active),
        "conflicted": bool(record.conflict_update_id),
        "last_update": update_document(last_update) if last_update else None,
        "unfinished_runs": unfinished_runs,
    }


def _secrets_provider(record: StackRecord, state: State) -> str:
    """The scheme of the key that wraps the data key, or the type that the checkpoint names."""
    if record.secrets is not None:
        return record.secrets.url.partition("://")[0]
    provider = (state.deployment or {}).get("secrets_providers") or {}
    return str(provider.get("type", ""))


def _active_update(active: ActiveUpdate | None) -> dict[str, Any] | None:
    if active is None:
        return None
    return {
        "id": active.update_id,
        "kind": str(active.kind),
        "started_at": utc_text(active.started_at),
        "lease_ends_at": utc_text(active.lease_ends_at),
    }
