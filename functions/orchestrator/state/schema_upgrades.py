"""Deployments of older schemas, brought to the present one as the engine itself does it."""

from collections.abc import Mapping
from typing import Any

from orchestrator.state.deployment import Deployment, Resource

OLDEST_VERSION = 1
PLAIN_VERSION = 3
VERSION_WITH_FEATURES = 4
"""Same as the plain one, but names the features that its reader must know."""

KNOWN_VERSIONS = frozenset(range(OLDEST_VERSION, VERSION_WITH_FEATURES + 1))

_RESOURCE_FIELDS_OF_V1 = frozenset(
    {
        *("urn", "custom", "delete", "id", "type", "inputs", "outputs"),
        *("parent", "protect", "dependencies", "initErrors"),
    }
)


def upgraded(version: int, deployment: Deployment) -> tuple[int, Deployment]:
    """The deployment, whose form must have been checked, and its version from then on."""
    if version >= PLAIN_VERSION:
        return version, deployment
    resources = [_upgraded(version, resource) for resource in deployment.get("resources") or ()]
    operations = [
        {**operation, "resource": _upgraded(version, operation["resource"])}
        for operation in deployment.get("pending_operations") or ()
    ]
    parts = {"resources": resources, "pending_operations": operations}
    return PLAIN_VERSION, {**deployment, **{key: part for key, part in parts.items() if part}}


def _upgraded(version: int, resource: Resource) -> Mapping[str, Any]:
    kept = resource
    if version == OLDEST_VERSION:
        # Version 1 had defaults, which nothing reads any more, and no providers.
        kept = {key: resource[key] for key in resource if key in _RESOURCE_FIELDS_OF_V1}
    dependencies = kept.get("dependencies") or []
    if not dependencies:
        return kept
    # Which input depends on what was not noted before: each is taken to depend on everything.
    inputs = kept.get("inputs")
    names = inputs if isinstance(inputs, dict) else {}
    return {**kept, "propertyDependencies": dict.fromkeys(names, dependencies)}
