"""Secrets providers are told apart by what they open, and never change within an update."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals import deployment
from orchestrator.state.errors import JournalEntryError
from orchestrator.state.names import StackName
from orchestrator.state.secrets_providers import (
    identity_of,
    refuse_other_provider,
    renamed_provider,
    with_service_at,
)

DEV, PROD = StackName("shop", "dev"), StackName("store", "prod")
CLOUD = {"type": "cloud", "state": {"url": "awskms://alias/k", "encryptedkey": "a2V5"}}
PASSPHRASE = {"type": "passphrase", "state": {"salt": "v1:abc"}}


def service(name: StackName = DEV, **fields: Any) -> dict[str, Any]:
    state = {"url": "http://127.0.0.1:1", "owner": "organization"}
    return {
        "type": "service",
        "state": {**state, "project": name.project, "stack": name.stack, **fields},
    }


def test_address_of_the_service_is_no_part_of_it() -> None:
    """The same stack's `service` is the same from everywhere, with or without TLS."""
    assert identity_of(service(url="https://x", insecure=True)) == identity_of(service())


@pytest.mark.parametrize(
    "other",
    [
        service(PROD),
        service(owner="acme"),
        CLOUD,
        PASSPHRASE,
        {**CLOUD, "state": {**CLOUD["state"], "encryptedkey": "b3RoZXI="}},  # type: ignore[dict-item]
        {**PASSPHRASE, "state": {"salt": "v1:def"}},
    ],
    ids=str,
)
def test_others_are_others(other: dict[str, Any]) -> None:
    """Another stack, another key or another type is another provider."""
    assert len({identity_of(other), identity_of(service())}) == 2


@pytest.mark.parametrize("nothing", [None, {}, {"type": ""}, {"state": {}}])
def test_no_provider(nothing: dict[str, Any] | None) -> None:
    """What names no type is no provider, and anything may follow it; it may follow anything."""
    assert identity_of(nothing) == ""
    refuse_other_provider(DEV, identity_of(nothing), CLOUD)
    refuse_other_provider(DEV, identity_of(CLOUD), nothing)


def test_change_is_refused_with_the_way_back() -> None:
    """The refusal says from what to what, which file may be missing, and how to get it back."""
    with pytest.raises(JournalEntryError) as refusal:
        refuse_other_provider(DEV, identity_of(CLOUD), service())

    assert "from 'cloud' to 'service'" in refusal.value.message
    assert "Pulumi.dev.yaml" in refusal.value.message
    assert "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER" in (refusal.value.way_out or "")


def test_refusal_names_no_key() -> None:
    """Of a change of keys within a type, no part of either key is told."""
    other = {"type": "cloud", "state": {"url": "awskms://alias/k", "encryptedkey": "b3RoZXI="}}
    with pytest.raises(JournalEntryError, match="another key of 'cloud'") as refusal:
        refuse_other_provider(DEV, identity_of(CLOUD), other)

    assert "b3RoZXI" not in str(refusal.value)
    assert "a2V5" not in str(refusal.value)


def test_address_is_rewritten_for_the_stack_alone() -> None:
    """A client finds its own address in its stack's `service`, and everything else as it was."""
    found = with_service_at(deployment(secrets_providers=service(more=1)), DEV, "https://me")

    assert found == deployment(secrets_providers=service(more=1, url="https://me"))
    for provider in (service(PROD), service(owner="acme"), CLOUD, PASSPHRASE):
        untouched = deployment(secrets_providers=provider)
        assert with_service_at(untouched, DEV, "https://me") == untouched
    assert with_service_at(deployment(), DEV, "https://me") == deployment()
    assert with_service_at(found, DEV, "") == found


def test_rename() -> None:
    """`service` names the stack, so it goes with it; others stay as they are."""
    assert renamed_provider(service(), DEV, PROD) == service(PROD)
    for provider in (service(PROD), CLOUD, PASSPHRASE, None):
        assert renamed_provider(provider, DEV, StackName("x", "y")) == provider


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(state=JSON, kind=st.text(min_size=1, max_size=8) | st.just("service"))
def test_any_provider_has_an_identity(state: Any, kind: str) -> None:
    """Whatever a client puts into a provider is compared, and equals itself."""
    provider = {"type": kind, "state": state}

    assert identity_of(provider) == identity_of(dict(reversed(provider.items())))
    refuse_other_provider(DEV, identity_of(provider), provider)
