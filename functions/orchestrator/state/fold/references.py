"""Takes away references to resources that are gone: a refresh removes them without asking.

The engine's replayer is wrong about `replaceWith`: it keeps what is gone, and appends empty texts
to the list of another resource. The engine would refuse to read that, so it is not followed here.
"""

from collections.abc import Iterable, Set
from typing import Any

from orchestrator.state.deployment import Resource


def without_dangling_references(resources: Iterable[Resource]) -> list[Resource]:
    """The resources without references to anything that does not come before them.

    A parent may be anywhere in the list; if it is gone, the resource has none.
    """
    before: set[str] = set()
    pruned = []
    for resource in resources:
        pruned.append(_without_dangling_dependencies(resource, before))
        before.add(resource["urn"])
    return [_without_dangling_parent(resource, before) for resource in pruned]


def with_fields(resource: Resource, changes: dict[str, Any]) -> Resource:
    """The resource with other fields; those that became empty are left out."""
    if not changes:
        return resource
    merged = {**resource, **changes}
    return {name: merged[name] for name in merged if merged[name] or name not in changes}


def _without_dangling_dependencies(resource: Resource, present: Set[str]) -> Resource:
    changes: dict[str, Any] = {}
    for name in ("dependencies", "replaceWith"):
        urns = resource.get(name) or ()
        kept = [urn for urn in urns if urn in present]
        if len(kept) != len(urns):
            changes[name] = kept
    properties = resource.get("propertyDependencies") or {}
    kept_properties = {
        name: kept
        for name, urns in properties.items()
        if (kept := [urn for urn in urns or () if urn in present])
    }
    if kept_properties != properties:
        changes["propertyDependencies"] = kept_properties
    deleted_with = resource.get("deletedWith")
    if deleted_with and deleted_with not in present:
        changes["deletedWith"] = ""
    return with_fields(resource, changes)


def _without_dangling_parent(resource: Resource, present: Set[str]) -> Resource:
    parent = resource.get("parent")
    return with_fields(resource, {"parent": ""}) if parent and parent not in present else resource
