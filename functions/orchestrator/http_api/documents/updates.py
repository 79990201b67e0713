"""Updates: the items of a stack's history."""

from typing import Any

from orchestrator.http_api.documents.instants import utc_text_or_none
from orchestrator.runs.run_environment import run_id_in
from orchestrator.state.records import UpdateRecord


def update_document(update: UpdateRecord) -> dict[str, Any]:
    return {
        "id": update.id,
        "version": update.version,
        "kind": str(update.kind),
        "status": str(update.status),
        "message": update.message,
        "started_at": utc_text_or_none(update.started_at),
        "ended_at": utc_text_or_none(update.ended_at),
        "resource_changes": dict(update.resource_changes),
        "engine_version": update.engine_version,
        "config_digest": update.config_digest,
        "reason": update.reason,
        "run_id": run_id_in(update.environment),
    }
