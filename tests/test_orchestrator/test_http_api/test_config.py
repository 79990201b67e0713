"""Config values over HTTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_estate import InMemoryEstate
from api_requests import ApiClient
from orchestrator.stack_config.keys import ConfigKeyError, full_key
from state_sites import DEV

STACK = "/v1/stacks/shop/dev"
CANARY = "canary-5b1c"


def test_setting_makes_the_stack(client: ApiClient) -> None:
    """The first value makes the stack, and is listed under its whole key."""
    reply = client.put(f"{STACK}/config/size", {"value": "3"})

    assert reply.as_model("ConfigKey") == {"key": "shop:size", "secret": False}
    assert client.get(f"{STACK}/config").as_model("Config") == {
        "config": {"shop:size": {"value": "3", "secret": False}}
    }
    assert client.get(STACK).status == 200


def test_a_secret_is_shown_to_who_asks(client: ApiClient, estate: InMemoryEstate) -> None:
    """It reads [secret] otherwise, and the record holds ciphertext."""
    client.put(f"{STACK}/config/token", {"value": CANARY, "secret": True})

    shown = client.get(f"{STACK}/config/token").as_model("NamedConfigValue")
    asked = client.get(f"{STACK}/config/token", show_secret="true").as_model("NamedConfigValue")

    assert shown == {"key": "shop:token", "value": "[secret]", "secret": True}
    assert asked == {"key": "shop:token", "value": CANARY, "secret": True}
    assert client.get(f"{STACK}/config").document["config"]["shop:token"]["value"] == "[secret]"
    assert CANARY not in repr(estate.stacks.require(DEV).config)


def test_removing(client: ApiClient) -> None:
    """A removed key is gone, and removing it again says so."""
    client.put(f"{STACK}/config/aws:region", {"value": "eu-central-1"})

    assert client.delete(f"{STACK}/config/aws:region").status == 204

    assert client.get(f"{STACK}/config/aws:region").code == "config_not_set"
    assert client.delete(f"{STACK}/config/aws:region").status == 404


def test_reading_makes_no_stack(client: ApiClient) -> None:
    """A stack is not made by looking."""
    assert client.get(f"{STACK}/config").code == "stack_not_found"
    assert client.get(f"{STACK}/config/size").code == "stack_not_found"


@pytest.mark.parametrize("key", ["a:b:c:d", "x y", " "])
def test_what_is_no_key_is_refused(client: ApiClient, key: str) -> None:
    """By its code."""
    assert client.put(f"{STACK}/config/{key}", {"value": "3"}).code == "config_key_invalid"


@pytest.mark.parametrize(
    "body",
    [{}, {"value": 3}, {"value": None}, {"value": "x", "secret": "yes"}, {"value": "x", "no": 1}],
)
def test_a_body_of_another_form_is_refused(client: ApiClient, body: object) -> None:
    """The fields that are wrong are named."""
    reply = client.put(f"{STACK}/config/size", body)

    assert (reply.status, reply.code) == (400, "request_invalid")
    assert reply.document["errors"]


def test_a_config_has_its_limits(client: ApiClient) -> None:
    """Values that do not fit into the stack's record are too large."""
    for number in range(2):
        reply = client.put(f"{STACK}/config/k{number}", {"value": "x" * 100_000})
        assert reply.status == 200
    last = client.put(f"{STACK}/config/k3", {"value": "ä" * 100_000})

    assert (last.status, last.code) == (413, "record_too_large")


def test_a_stack_with_a_passphrase_takes_no_secret(
    client: ApiClient, estate: InMemoryEstate
) -> None:
    """Hoist has no key for it, and says what would help."""
    estate.stacks.create(DEV, tags={}, secrets=lambda stack_id: None)

    reply = client.put(f"{STACK}/config/token", {"value": CANARY, "secret": True})

    assert (reply.status, reply.code) == (400, "secrets_foreign")


@given(st.text(min_size=1, max_size=30))
def test_any_key_can_be_set_and_read(name: str) -> None:
    """Whatever a config key may be, it comes through a path as a gateway decodes it."""
    try:
        wanted = full_key(name, project="shop")
    except ConfigKeyError:
        return
    client = InMemoryEstate().client

    assert client.put(f"{STACK}/config/{name}", {"value": "3"}).document["key"] == wanted
    assert client.get(f"{STACK}/config/{name}").document["key"] == wanted
    assert client.delete(f"{STACK}/config/{name}").status == 204


def test_a_key_may_be_encoded_or_not(client: ApiClient) -> None:
    """Whether the gateway decodes paths or not, it is the same key."""
    client.put(f"{STACK}/config/aws:region", {"value": "x"})

    for path in ("aws:region", "aws%3Aregion", "aws%3aregion"):
        reply = client.get(f"{STACK}/config/{path}")
        assert reply.document == {"key": "aws:region", "value": "x", "secret": False}
