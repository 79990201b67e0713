"""Builders of resources, deployments and journal entries, as the engine writes them."""

import json
from collections.abc import Mapping
from typing import Any

from orchestrator.state.journal import JournalEntry, JournalEntryKind, parse_batch
from orchestrator.state.manifest import magic_of

STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
THING = "test:index:Thing"

Entry = dict[str, Any]


def urn(name: str, resource_type: str = THING) -> str:
    """The URN of a resource of the stack; a child's type has its parents' before it."""
    return f"urn:pulumi:dev::shop::{resource_type}::{name}"


def resource(name: str, **fields: Any) -> dict[str, Any]:
    """A custom resource without references, changed by the given fields."""
    resource_type = fields.get("type", THING)
    return {
        "urn": urn(name, resource_type),
        "custom": True,
        "id": f"id-{name}",
        "type": resource_type,
        **fields,
    }


def deployment(*resources: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """A deployment of these resources, as an engine of version 3.250.0 has written it."""
    manifest = {"time": "2026-01-02T03:04:05Z", "magic": magic_of("3.250.0"), "version": "3.250.0"}
    return {"manifest": manifest, "resources": list(resources), **fields}


def entry(kind: JournalEntryKind, sequence_id: int, operation_id: int = 0, **fields: Any) -> Entry:
    """A raw entry; the fields have the names of the protocol."""
    return {
        "version": 1,
        "kind": kind.value,
        "sequenceID": sequence_id,
        "operationID": operation_id,
        "removeOld": None,
        "removeNew": None,
        **fields,
    }


def begin(sequence_id: int, operation_id: int, operation: str = "", **state: Any) -> Entry:
    """The begin of a step; without an operation it is one that touches nothing in the cloud."""
    if not operation:
        return entry(JournalEntryKind.BEGIN, sequence_id, operation_id)
    step = {"type": operation, "resource": resource(**state)}
    return entry(JournalEntryKind.BEGIN, sequence_id, operation_id, operation=step)


def success(sequence_id: int, operation_id: int, **fields: Any) -> Entry:
    """The successful end of a step."""
    return entry(JournalEntryKind.SUCCESS, sequence_id, operation_id, **fields)


def batch(*entries: Entry) -> bytes:
    """The body of a journal request."""
    return json.dumps({"entries": entries}).encode()


def parsed(*entries: Entry) -> tuple[JournalEntry, ...]:
    """The entries as the service takes them in."""
    return parse_batch(batch(*entries))
