"""Gives references their targets' new names, while resources that still use the old ones wait.

The engine's replayer forgets `replaceWith`, and the engine would then refuse to read the state if
the update ended here. It is rewritten like every other reference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orchestrator.state.deployment import Resource
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.fold.references import with_fields
from orchestrator.state.urn import ROOT_STACK_TYPE, Urn

Renames = Mapping[str, str]


def resolve_aliases(
    resources: Sequence[Resource], snippets: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Resource], Sequence[Mapping[str, Any]]]:
    """Resources and snippets with present names only; no resource has `aliases` afterwards.

    Raises CorruptStateError if two resources claim one alias.
    """
    renames = _renames(resources)
    if not renames:
        return resources, snippets
    return (
        [_renamed(resource, renames) for resource in resources],
        [_with_renamed_references(snippet, renames) for snippet in snippets],
    )


def _renames(resources: Iterable[Resource]) -> Renames:
    renames: dict[str, str] = {}
    for resource in resources:
        urn = resource["urn"]
        for alias in resource.get("aliases") or ():
            if renames.get(alias, urn) != urn:
                raise CorruptStateError(
                    f"{renames[alias]} and {urn} are both aliased to {alias}",
                    way_out="give the alias to one of them in the program and update again",
                )
            renames[alias] = urn
        parent = renames.get(resource.get("parent") or "")
        if parent and Urn.parse(parent).qualified_type != ROOT_STACK_TYPE:
            # A child's URN has its parent's type in it. One look-up only, as in the engine: the
            # parent comes first in the list, so its name is settled by now.
            renames[urn] = str(Urn.parse(urn).under(Urn.parse(parent)))
    return renames


def _renamed(resource: Resource, renames: Renames) -> Resource:
    changes = dict(_changed_references(resource, renames))
    if "aliases" in resource:
        changes["aliases"] = []
    return with_fields(resource, changes)


def _changed_references(resource: Resource, renames: Renames) -> Iterator[tuple[str, Any]]:
    for name in ("urn", "parent", "deletedWith", "viewOf"):
        if resource.get(name) in renames:
            yield name, renames[resource[name]]
    for name in ("dependencies", "replaceWith"):
        if not renames.keys().isdisjoint(resource.get(name) or ()):
            yield name, _each_renamed(resource[name], renames)
    properties = resource.get("propertyDependencies") or {}
    if any(not renames.keys().isdisjoint(urns or ()) for urns in properties.values()):
        yield (
            "propertyDependencies",
            {name: _each_renamed(urns or (), renames) for name, urns in properties.items()},
        )
    provider_urn, separator, provider_id = (resource.get("provider") or "").rpartition("::")
    if provider_urn in renames:
        yield "provider", f"{renames[provider_urn]}{separator}{provider_id}"


def _each_renamed(urns: Sequence[str], renames: Renames) -> list[str]:
    return [renames.get(urn, urn) for urn in urns]


def _with_renamed_references(snippet: Mapping[str, Any], renames: Renames) -> Mapping[str, Any]:
    references = snippet.get("references") or {}
    if renames.keys().isdisjoint(references.values()):
        return snippet
    renamed = {name: renames.get(urn, urn) for name, urn in references.items()}
    return {**snippet, "references": renamed}
