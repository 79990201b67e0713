"""Outputs, resources and history over HTTP: read from the state, by no engine."""

import json
from typing import Any

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient
from hoist.secret import Secret
from journals import STACK as STACK_URN
from journals import deployment, resource
from orchestrator.state.secret_values import SECRET_SIGNATURE, SIGNATURE_KEY
from state_sites import DEV, creation

CANARY = "canary-77e0"


def root(outputs: dict[str, Any]) -> dict[str, Any]:
    return {"urn": STACK_URN, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs}


def sealed(estate: InMemoryEstate, value: object) -> dict[str, str]:
    """The value as a state of shop/dev holds it when it is secret."""
    record = estate.stacks.require(DEV)
    assert record.secrets
    key = estate.data_keys.open(record.secrets)
    return {
        SIGNATURE_KEY: SECRET_SIGNATURE,
        "ciphertext": key.encrypt(Secret(json.dumps(value))),
    }


def test_outputs_hide_secrets(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """A secret, or a part of a value that is one, is shown to who asks for it."""
    token = sealed(estate, CANARY)
    outputs = {"url": "https://x", "token": token, "parts": {"a": token, "b": 1}, "big": 2**70}
    estate.put_deployment(deployment(root(outputs)))

    shown = client.get(f"{stack}/outputs")
    asked = client.get(f"{stack}/outputs", show_secrets="true")

    assert shown.as_model("Outputs")["outputs"] == {
        "big": {"value": 2**70, "secret": False},
        "parts": {"value": {"a": "[secret]", "b": 1}, "secret": True},
        "token": {"value": "[secret]", "secret": True},
        "url": {"value": "https://x", "secret": False},
    }
    assert CANARY not in shown.body
    assert asked.as_model("Outputs")["outputs"]["token"] == {"value": CANARY, "secret": True}
    assert asked.document["outputs"]["parts"]["value"] == {"a": CANARY, "b": 1}


def test_numbers_keep_their_digits(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """A number that no float holds comes as it stands in the state."""
    text = json.dumps({"version": 3, "checkpoint": {"latest": deployment(root({"n": 0}))}})
    body = text.replace('"n": 0', '"n": 0.1000000000000000000001').encode()
    present = estate.storage.objects.get(DEV.checkpoint_key)
    assert present
    estate.storage.objects.put(DEV.checkpoint_key, body, if_etag=present.etag)

    assert '"value":0.1000000000000000000001,' in client.get(f"{stack}/outputs").body


def test_outputs_of_a_passphrase_stay_hidden(estate: InMemoryEstate, client: ApiClient) -> None:
    """Hoist has no key for them: they are shown hidden, and asking for more is refused."""
    estate.stacks.create(DEV, tags={}, secrets=lambda stack_id: None)
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x:y"}
    estate.put_deployment(deployment(root({"token": secret})))

    shown = client.get("/v1/stacks/shop/dev/outputs")
    asked = client.get("/v1/stacks/shop/dev/outputs", show_secrets="true")

    assert shown.as_model("Outputs")["outputs"]["token"]["value"] == "[secret]"
    assert (asked.status, asked.code) == (400, "secrets_foreign")


def test_a_damaged_checkpoint_is_told(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """It is a state of things that a person must mend, and no fault inside Hoist."""
    present = estate.storage.objects.get(DEV.checkpoint_key)
    assert present
    estate.storage.objects.put(DEV.checkpoint_key, b"{", if_etag=present.etag)

    reply = client.get(f"{stack}/resources")

    assert (reply.status, reply.code) == (409, "corrupt_state")


def test_resources_and_what_is_under_way(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """Resources come in the order of the state, with creates in doubt behind them."""
    pending = [
        {"type": "creating", "resource": resource("new")},
        {"type": "updating", "resource": resource("bucket")},
    ]
    resources = [
        root({}),
        resource("bucket", parent=STACK_URN, protect=True),
        resource("old", delete=True),
    ]
    estate.put_deployment(deployment(*resources, pending_operations=pending))

    listed = client.get(f"{stack}/resources").as_model("ResourceList")["resources"]

    assert [(one["name"], one["pending"]) for one in listed] == [
        ("shop-dev", ""),
        ("bucket", "updating"),
        ("old", "deleting"),
        ("new", "creating"),
    ]
    assert listed[1]["parent"] == STACK_URN
    assert listed[1]["protect"]
    assert listed[1]["id"] == "id-bucket"


def test_history_comes_in_pages(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """Newest first, without previews; each page says where the next begins."""
    cli = estate.site().client()
    for number in range(5):
        estate.clock.advance(1)
        cli.run_update(*creation(f"bucket-{number}"))
        cli.open_update("preview", dry_run=True)

    first = client.get(f"{stack}/history", limit="2").as_model("History")
    second = client.get(f"{stack}/history", limit="2", before=first["next_before"])
    third = client.get(f"{stack}/history", limit="2", before=second.document["next_before"])

    pages = [first, second.document, third.as_model("History")]
    assert [[one["version"] for one in page["updates"]] for page in pages] == [[5, 4], [3, 2], [1]]
    assert third.document["next_before"] == ""
    assert first["updates"][0]["status"] == "succeeded"


def test_history_names_the_run(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """An update that a run of Hoist made is told from one that somebody made with the CLI."""
    cli = estate.site().client()
    by_hoist = {"ci.system": "hoist", "ci.build.id": "run-1"}
    for environment in (by_hoist, {"ci.system": "other", "ci.build.id": "7"}, {}):
        estate.clock.advance(1)
        update = cli.create_update(environment=environment)
        assert update.start().is_ok
        assert update.complete("succeeded").is_ok

    listed = client.get(f"{stack}/history").as_model("History")["updates"]

    assert [one["run_id"] for one in listed] == ["", "", "run-1"]


@pytest.mark.parametrize("kind", ["outputs", "resources", "history"])
def test_a_stack_that_is_not_there_has_none(client: ApiClient, kind: str) -> None:
    """It is not found, whatever is asked of it."""
    assert client.get(f"/v1/stacks/shop/dev/{kind}").code == "stack_not_found"
