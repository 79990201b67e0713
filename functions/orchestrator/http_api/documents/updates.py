"""Updates: the items of a stack's history."""

from typing import Any

from orchestrator.http_api.documents.instants import utc_text_or_none
from orchestrator.state.records import UpdateRecord

# As the CLI reports PULUMI_CI_SYSTEM and PULUMI_CI_BUILD_ID, which a worker gives to its engine.
_SYSTEM, _SYSTEM_NAME = "ci.system", "hoist"
_BUILD = "ci.build.id"


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
        "run_id": _run_id(update),
    }


def _run_id(update: UpdateRecord) -> str:
    """The run whose slice it was; empty for an update that somebody made with the bare CLI."""
    if update.environment.get(_SYSTEM) != _SYSTEM_NAME:
        return ""
    return update.environment.get(_BUILD, "")
