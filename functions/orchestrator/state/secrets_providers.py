"""Which key a state's secrets are encrypted with, as its `secrets_providers` says.

A provider is compared by what it opens: `service` names the address of the backend besides, which
is another one for every way to the same stack, and never tells two providers apart.
"""

from collections.abc import Mapping
from typing import Any

from orchestrator.state.deployment import Deployment
from orchestrator.state.errors import JournalEntryError
from orchestrator.state.exact_json import encode_json
from orchestrator.state.names import ORGANIZATION, StackName

SERVICE_TYPE = "service"
# What of a `service` provider tells which stack's key is meant.
_SERVICE_IDENTITY = ("owner", "project", "stack")


def identity_of(provider: Mapping[str, Any] | None) -> str:
    """The same text for providers that open the same secrets; empty if there is none."""
    if not provider or not provider.get("type"):
        return ""
    state = _state_of(provider)
    if provider["type"] == SERVICE_TYPE:
        state = {name: state.get(name) for name in _SERVICE_IDENTITY}
    return f"{provider['type']} {encode_json(state, sort_keys=True).decode()}"


def refuse_other_provider(
    name: StackName, expected: str, provider: Mapping[str, Any] | None
) -> None:
    """Raise JournalEntryError for a provider that an update would put in place of the expected one.

    Resources that the update does not touch would keep secrets that the new key does not open. The
    usual reason is a settings file that is missing: the CLI then takes `service` without a word.
    """
    found = identity_of(provider)
    if not expected or not found or found == expected:
        return
    here, there = expected.partition(" ")[0], found.partition(" ")[0]
    change = f"from '{here}' to '{there}'" if here != there else f"to another key of '{here}'"
    raise JournalEntryError(
        f"this update would change the secrets provider of '{name}' {change}; is its settings "
        f"file Pulumi.{name.stack}.yaml missing?",
        way_out="get the file back from version control, or set "
        "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true for one command, which writes it anew; "
        "`pulumi stack change-secrets-provider` changes the provider on purpose",
    )


def with_service_at(deployment: Deployment, name: StackName, backend_url: str) -> Deployment:
    """The deployment for a client that reaches this backend at that address.

    Only the address is changed, and only in the `service` provider of this very stack.
    """
    provider = deployment.get("secrets_providers")
    if not provider or not backend_url or not _is_service_of(name, provider):
        return deployment
    state = {**_state_of(provider), "url": backend_url}
    return {**deployment, "secrets_providers": {**provider, "state": state}}


def renamed_provider(
    provider: Mapping[str, Any] | None, old: StackName, new: StackName
) -> Mapping[str, Any] | None:
    """The provider of a stack that gets another name; only `service` names the stack."""
    if provider is None or not _is_service_of(old, provider):
        return provider
    return {**provider, "state": {**_state_of(provider), **_service_state(new)}}


def _is_service_of(name: StackName, provider: Mapping[str, Any]) -> bool:
    own = {"type": SERVICE_TYPE, "state": _service_state(name)}
    return identity_of(provider) == identity_of(own)


def _service_state(name: StackName) -> dict[str, Any]:
    return {"owner": ORGANIZATION, "project": name.project, "stack": name.stack}


def _state_of(provider: Mapping[str, Any] | None) -> Mapping[str, Any]:
    state = (provider or {}).get("state")
    return state if isinstance(state, dict) else {}
