"""Conflicts: two sides, and what differs."""

from typing import Any

from orchestrator.http_api.documents.updates import update_document
from orchestrator.state.checkpoints import State
from orchestrator.state.conflict_sides import ConflictSides


def conflict_document(sides: ConflictSides) -> dict[str, Any]:
    return {
        "update": update_document(sides.update),
        "ours": _side(sides.ours, version_id="") if sides.ours else None,
        "theirs": _side(sides.theirs, version_id=sides.theirs.base.version_id),
        "differences": [
            {"urn": each.urn, "kind": str(each.kind), "fields": list(each.fields)}
            for each in sides.differences
        ],
    }


def _side(state: State, *, version_id: str) -> dict[str, Any]:
    manifest = (state.deployment or {}).get("manifest") or {}
    return {
        "version_id": version_id,
        "written_at": str(manifest.get("time") or ""),
        "engine_version": str(manifest.get("version") or ""),
        "resource_count": len(state.resources),
    }
