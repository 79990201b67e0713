"""What the engine demands of a deployment before it works with it.

A state that fails here would be refused by the next `pulumi` command ("snapshot integrity
failure"), so it must not become the stack's checkpoint. The engine checks in two places, on
writing and on reading, and not quite the same: this is both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orchestrator.state.deployment import Deployment, Resource, deployment_faults
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.manifest import magic_of
from orchestrator.state.urn import Urn, is_urn

_PROVIDER_TYPE_PREFIX = "pulumi:providers:"
# Stands for the id of a provider that has none yet, as in a preview.
_UNKNOWN_PROVIDER_ID = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def check_integrity(deployment: Deployment | None) -> None:
    """Raise CorruptStateError, naming the first fault, if the engine would refuse it."""
    for finding in integrity_findings(deployment):
        raise CorruptStateError(
            f"the engine would refuse this state: {finding}",
            way_out="repair it (`pulumi state repair` knows some cases) and import it again",
        )


def integrity_findings(deployment: Deployment | None) -> Iterator[str]:
    """All that is wrong with a deployment, lazily; a stack without one has no fault."""
    if deployment is None:
        return
    malformed = False
    for fault in deployment_faults(deployment):
        malformed = True
        yield fault
    if malformed:
        return
    yield from _manifest_findings(deployment.get("manifest") or {})
    yield from _resource_findings(deployment.get("resources") or [])
    yield from _snippet_findings(deployment.get("snippets") or [])


def _manifest_findings(manifest: Mapping[str, Any]) -> Iterator[str]:
    if (manifest.get("magic") or "") != magic_of(manifest.get("version") or ""):
        yield "the manifest's magic does not belong to its version"


def _resource_findings(resources: list[Resource]) -> Iterator[str]:
    everywhere = {resource["urn"] for resource in resources}
    before: set[str] = set()
    providers: set[tuple[str, str]] = set()
    for resource in resources:
        yield from _own_findings(resource)
        if _is_provider(resource):
            providers.add((resource["urn"], resource.get("id") or _UNKNOWN_PROVIDER_ID))
        yield from _provider_findings(resource, providers)
        for role, urn in _references(resource):
            if urn not in before:
                problem = "comes after it" if urn in everywhere else "is missing"
                yield f"{resource['urn']}: its {role} {urn} {problem}"
        before.add(resource["urn"])
    yield from _duplicate_findings(resources)


def _own_findings(resource: Resource) -> Iterator[str]:
    if not resource.get("type"):
        yield f"{resource['urn']} has no type"
    if not resource.get("custom") and resource.get("id"):
        yield f"{resource['urn']} has an id, though it is not custom"
    if _is_provider(resource) and not _names_provider(resource["urn"]):
        yield f"{resource['urn']} is a provider, but its URN is not one's"


def _provider_findings(resource: Resource, known: set[tuple[str, str]]) -> Iterator[str]:
    reference = resource.get("provider")
    if not reference:
        return
    urn, _, provider_id = reference.rpartition("::")
    if not is_urn(urn) or not _names_provider(urn):
        yield f"{resource['urn']}: its provider {reference} is not a reference to one"
    elif (urn, provider_id) not in known and not resource.get("pendingReplacement"):
        yield f"{resource['urn']}: its provider {reference} does not come before it"


def _references(resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.get("parent"):
        yield "parent", resource["parent"]
    for urn in resource.get("dependencies") or ():
        yield "dependency", urn
    for name, urns in (resource.get("propertyDependencies") or {}).items():
        for urn in urns or ():
            yield f"dependency by {name}", urn
    if resource.get("deletedWith"):
        yield "deletedWith", resource["deletedWith"]
    for urn in resource.get("replaceWith") or ():
        # Empty ones are left by older engines, and no engine minds them.
        if urn:
            yield "replaceWith", urn


def _duplicate_findings(resources: Iterable[Resource]) -> Iterator[str]:
    living = Counter(resource["urn"] for resource in resources if not resource.get("delete"))
    for urn, count in living.items():
        if count > 1:
            yield f"{urn} is there {count} times, and not waiting for deletion"


def _snippet_findings(snippets: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    seen = set()
    for position, snippet in enumerate(snippets):
        uuid = snippet.get("uuid")
        if not uuid:
            yield f"snippet {position} has no uuid"
        elif uuid in seen:
            yield f"snippet {position} has the uuid of another one"
        seen.add(uuid)


def _is_provider(resource: Resource) -> bool:
    return _is_provider_type(resource.get("type") or "")


def _names_provider(urn: str) -> bool:
    return _is_provider_type(Urn.parse(urn).type)


def _is_provider_type(resource_type: str) -> bool:
    return len(resource_type) > len(_PROVIDER_TYPE_PREFIX) and resource_type.startswith(
        _PROVIDER_TYPE_PREFIX
    )
