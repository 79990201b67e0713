"""A stack's state as Pulumi writes it, and what its fields must look like to be worked with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.state.urn import is_urn

Resource = Mapping[str, Any]
"""One resource of a deployment, as JSON. What Hoist does not know in it stays as it is."""

Deployment = Mapping[str, Any]
"""A deployment: `manifest`, `resources`, `pending_operations` and so on, as JSON."""


@dataclass(frozen=True, slots=True)
class VersionedDeployment:
    """A deployment and the schema it is written in; without one the stack was never updated.

    `features` lists what an older engine must know to read it; only version 4 has any.
    """

    version: int
    features: tuple[str, ...]
    deployment: Deployment | None


def resource_faults(resource: object) -> Iterator[str]:
    """What is wrong with the form of a resource, field by field; nothing if it can be used."""
    if not isinstance(resource, dict):
        yield "must be an object"
        return
    if not (isinstance(resource.get("urn"), str) and is_urn(resource["urn"])):
        yield "urn must be a Pulumi URN"
    for name, value in resource.items():
        check = _RESOURCE_FIELDS.get(name)
        if check and value is not None and not check.holds(value):
            yield f"{name} must be {check.wanted}"


def deployment_faults(deployment: object) -> Iterator[str]:
    """What is wrong with the form of a deployment and of everything in it."""
    if not isinstance(deployment, dict):
        yield "the deployment must be an object"
        return
    for name, check in _DEPLOYMENT_FIELDS.items():
        if deployment.get(name) is not None and not check.holds(deployment[name]):
            yield f"{name} must be {check.wanted}"
            return
    for position, resource in enumerate(deployment.get("resources") or ()):
        yield from (f"resource {position}: {fault}" for fault in resource_faults(resource))
    for position, operation in enumerate(deployment.get("pending_operations") or ()):
        yield from (f"operation {position}: {fault}" for fault in operation_faults(operation))


def operation_faults(operation: object) -> Iterator[str]:
    """What is wrong with the form of a pending operation."""
    if not isinstance(operation, dict):
        yield "must be an object"
        return
    if not isinstance(operation.get("type"), str):
        yield "type must be text"
    yield from (f"resource: {fault}" for fault in resource_faults(operation.get("resource")))


@dataclass(frozen=True, slots=True)
class _Check:
    wanted: str
    holds: Callable[[Any], bool]


def is_snippet_list(value: object) -> bool:
    """Whether the value can stand as a deployment's `snippets`."""
    return isinstance(value, list) and all(
        isinstance(snippet, dict) and _is_text_map(snippet.get("references") or {})
        for snippet in value
    )


def is_secrets_provider(value: object) -> bool:
    """Whether the value can stand as a deployment's `secrets_providers`."""
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_text_list_map(value: object) -> bool:
    return isinstance(value, dict) and all(
        item is None or _is_text_list(item) for item in value.values()
    )


def _is_manifest(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name, ""), str) for name in ("magic", "version")
    )


_TEXT = _Check("text", lambda value: isinstance(value, str))
_FLAG = _Check("true or false", lambda value: isinstance(value, bool))
_LIST = _Check("a list", lambda value: isinstance(value, list))
_OBJECT = _Check("an object", lambda value: isinstance(value, dict))
_TEXT_LIST = _Check("a list of texts", _is_text_list)

_RESOURCE_FIELDS: Mapping[str, _Check] = {
    **dict.fromkeys(
        ("type", "id", "parent", "provider", "deletedWith", "viewOf", "extensionRef"), _TEXT
    ),
    **dict.fromkeys(
        ("custom", "delete", "pendingReplacement", "taint", "refreshBeforeUpdate"), _FLAG
    ),
    **dict.fromkeys(("dependencies", "replaceWith", "aliases"), _TEXT_LIST),
    "propertyDependencies": _Check("an object with lists of texts", _is_text_list_map),
    "resourceHooks": _OBJECT,
}

_DEPLOYMENT_FIELDS: Mapping[str, _Check] = {
    "manifest": _Check("an object with a version and a magic text", _is_manifest),
    "secrets_providers": _Check("an object with a type", is_secrets_provider),
    "resources": _LIST,
    "pending_operations": _LIST,
    "metadata": _OBJECT,
    "snippets": _Check("a list of objects, their references texts", is_snippet_list),
    "extensions": _OBJECT,
}
