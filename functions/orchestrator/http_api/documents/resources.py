"""Resources of a stack, and what is under way with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.state.checkpoints import State
from orchestrator.state.deployment import Resource
from orchestrator.state.urn import Urn, is_urn

# A resource that was replaced and still waits for its end.
_DELETING = "deleting"


def resource_documents(state: State) -> Sequence[dict[str, Any]]:
    """Resources in the order of the state, then creates of which nobody knows how they ended."""
    pending = {operation["resource"]["urn"]: operation for operation in state.pending_operations}
    known = {resource["urn"] for resource in state.resources}
    unknown = [found["resource"] for urn, found in pending.items() if urn not in known]
    return [_document(resource, pending) for resource in (*state.resources, *unknown)]


def _document(resource: Resource, pending: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    urn = resource["urn"]
    operation = pending.get(urn, {}).get("type", "")
    return {
        "urn": urn,
        "type": resource.get("type", ""),
        "name": Urn.parse(urn).name if is_urn(urn) else urn,
        "id": resource.get("id", ""),
        "parent": resource.get("parent", ""),
        "protect": bool(resource.get("protect")),
        "pending": _DELETING if resource.get("delete") else operation,
    }
