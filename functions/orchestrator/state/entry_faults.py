"""What is wrong with the form of a journal entry, field by field."""

from collections.abc import Iterator
from typing import Any

from orchestrator.state.deployment import (
    deployment_faults,
    is_secrets_provider,
    is_snippet_list,
    operation_faults,
    resource_faults,
)
from orchestrator.state.journal_entry import JournalEntryKind

_LARGEST_ID = 2**63 - 1


def entry_faults(raw: dict[str, Any], kind: JournalEntryKind) -> Iterator[str]:
    """What the protocol does not allow in an entry of this kind; nothing if all is well."""
    if not is_id(raw.get("sequenceID"), 1):
        yield "sequenceID must be an integer from 1"
    if not is_id(raw.get("operationID"), 1 if kind in _KINDS_WITH_OPERATION else 0):
        yield "operationID must be an integer, from 1 for a step"
    for name, smallest in _REFERENCES.items():
        if raw.get(name) is not None and not is_id(raw[name], smallest):
            yield f"{name} must be an integer from {smallest}, or null"
    if not isinstance(raw.get("isRefresh", False), bool):
        yield "isRefresh must be true or false"
    yield from _faults_of_contents(raw)
    yield from _faults_of_kind(raw, kind)


def _faults_of_contents(raw: dict[str, Any]) -> Iterator[str]:
    for name, faults in (("state", resource_faults), ("operation", operation_faults)):
        if raw.get(name) is not None:
            yield from (f"{name}: {fault}" for fault in faults(raw[name]))


def _faults_of_kind(raw: dict[str, Any], kind: JournalEntryKind) -> Iterator[str]:
    if kind is JournalEntryKind.WRITE:
        yield from (f"newSnapshot: {fault}" for fault in deployment_faults(raw.get("newSnapshot")))
    elif kind is JournalEntryKind.SECRETS_MANAGER:
        provider = raw.get("secretsProvider")
        if provider is not None and not is_secrets_provider(provider):
            yield "secretsProvider must be an object with a type"
    elif kind is JournalEntryKind.EXTENSION_PARAMETERIZE:
        if not (
            isinstance(raw.get("extensionRef"), str) and isinstance(raw.get("extension"), dict)
        ):
            yield "extensionRef must be text and extension an object"
    elif kind is JournalEntryKind.SNIPPETS and not is_snippet_list(or_empty(raw.get("snippets"))):
        yield "snippets must be a list of objects, their references texts"


def is_id(value: object, smallest: int) -> bool:
    """Whether the value is an integer that the engine could count with, from `smallest`."""
    # Exactly int: JSON's true and false would pass as numbers.
    return type(value) is int and smallest <= value <= _LARGEST_ID


def or_empty(value: object) -> object:
    """The list, which the engine leaves out when it is empty."""
    return [] if value is None else value


_KINDS_WITH_OPERATION = frozenset(
    {
        JournalEntryKind.BEGIN,
        JournalEntryKind.SUCCESS,
        JournalEntryKind.FAILURE,
        JournalEntryKind.REFRESH_SUCCESS,
        JournalEntryKind.OUTPUTS,
        JournalEntryKind.EXTENSION_PARAMETERIZE,
    }
)

_REFERENCES = {
    "removeOld": 0,
    "removeNew": 1,
    "deleteOld": 0,
    "deleteNew": 1,
    "pendingReplacementOld": 0,
    "pendingReplacementNew": 1,
}
