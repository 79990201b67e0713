"""A deployment under another name of its stack, its project, or both.

Every reference to a resource has the names of stack and project in it: left as they are, the next
update would take all resources for strangers, create them anew and delete the old ones.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.state.deployment import Deployment, Resource
from orchestrator.state.names import StackName
from orchestrator.state.secrets_providers import renamed_provider
from orchestrator.state.urn import ROOT_STACK_TYPE, Urn, is_urn

_URNS = ("urn", "parent", "deletedWith", "viewOf")
_URN_LISTS = ("dependencies", "replaceWith", "aliases")


def renamed_deployment(deployment: Deployment, old: StackName, new: StackName) -> Deployment:
    """The deployment as the stack `new` has it; URNs of other stacks stay as they are."""
    renames = _Renames(old, new)
    parts = {
        "secrets_providers": renamed_provider(deployment.get("secrets_providers"), old, new),
        "resources": [renames.resource(each) for each in deployment.get("resources") or ()],
        "pending_operations": [
            {**operation, "resource": renames.resource(operation["resource"])}
            for operation in deployment.get("pending_operations") or ()
        ],
        "snippets": [renames.snippet(each) for each in deployment.get("snippets") or ()],
    }
    return {**deployment, **{name: part for name, part in parts.items() if deployment.get(name)}}


class _Renames:
    def __init__(self, old: StackName, new: StackName) -> None:
        self._old = old
        self._new = new

    def resource(self, resource: Resource) -> Mapping[str, Any]:
        changes: dict[str, Any] = {}
        for name in _URNS:
            if resource.get(name):
                changes[name] = self._urn(resource[name])
        for name in _URN_LISTS:
            if resource.get(name):
                changes[name] = self._urns(resource[name])
        if properties := resource.get("propertyDependencies"):
            changes["propertyDependencies"] = {
                name: self._urns(urns or ()) for name, urns in properties.items()
            }
        if provider := resource.get("provider"):
            urn, separator, provider_id = provider.rpartition("::")
            changes["provider"] = f"{self._urn(urn)}{separator}{provider_id}"
        return {**resource, **changes}

    def snippet(self, snippet: Mapping[str, Any]) -> Mapping[str, Any]:
        references = snippet.get("references") or {}
        if not references:
            return snippet
        return {
            **snippet,
            "references": {name: self._urn(urn) for name, urn in references.items()},
        }

    def _urns(self, urns: Sequence[str]) -> list[str]:
        return [self._urn(urn) for urn in urns]

    def _urn(self, text: str) -> str:
        if not is_urn(text):
            return text
        urn, old, new = Urn.parse(text), self._old, self._new
        if (urn.project, urn.stack) != (old.project, old.stack):
            return text
        # The stack itself is named after both.
        is_root = urn.qualified_type == ROOT_STACK_TYPE
        name = f"{new.project}-{new.stack}" if is_root else urn.name
        return str(Urn(new.stack, new.project, urn.qualified_type, name))
