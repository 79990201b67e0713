"""Encryption for the secrets provider `service`, over the protocol."""

from base64 import b64encode
from dataclasses import replace

import pytest

from hoist.secret import Secret
from journals import deployment
from orchestrator.state.holders import UnknownHolders
from orchestrator.state.names import StackName
from orchestrator.state.protocol.app import App
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.service import StateService
from orchestrator.state.serving.access import WholeStoreAccess
from protocol_client import TOKEN, ProtocolClient
from state_sites import DEV, HOLDER, Site

REFERABLE, OTHER = StackName("shop", "network"), StackName("shop", "other")
VALUES = [b64encode(text).decode() for text in (b'"hunter2"', b"\x00\xff", b"")]


@pytest.fixture
def site() -> Site:
    site = Site()
    for name in (DEV, REFERABLE, OTHER):
        assert site.client_of_all().at(name).create_stack().is_ok
    return site


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_of_all()


def encrypted(client: ProtocolClient, *plaintexts: str) -> list[str]:
    reply = client.call("POST", f"{client.stack_path}/batch-encrypt", {"plaintexts": plaintexts})
    ciphertexts: list[str] = reply.document["ciphertexts"]
    return ciphertexts


def test_one_value(client: ProtocolClient) -> None:
    """What was encrypted is decrypted, one at a time."""
    for plaintext in VALUES:
        body = {"plaintext": plaintext}
        ciphertext = client.call("POST", f"{client.stack_path}/encrypt", body).document
        assert client.call("POST", f"{client.stack_path}/decrypt", ciphertext).document == body


def test_batches(client: ProtocolClient) -> None:
    """A batch of plaintexts keeps its order; decrypted ones stand under their ciphertexts."""
    ciphertexts = encrypted(client, *VALUES)

    body = {"ciphertexts": [*ciphertexts, ciphertexts[0]]}
    reply = client.call("POST", f"{client.stack_path}/batch-decrypt", body)

    assert reply.document == {"plaintexts": dict(zip(ciphertexts, VALUES, strict=True))}
    assert client.call("POST", f"{client.stack_path}/batch-decrypt", {}).document == {
        "plaintexts": {}
    }


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("encrypt", {"plaintext": 1}),
        ("encrypt", {"plaintext": "!"}),
        ("batch-encrypt", {"plaintexts": [1]}),
        ("batch-encrypt", {"plaintexts": "eA=="}),
        ("decrypt", {"ciphertext": "eA=="}),
        ("decrypt", {}),
        ("batch-decrypt", {"ciphertexts": ["eA=="]}),
        ("batch-decrypt", {"ciphertexts": {}}),
    ],
    ids=str,
)
def test_bad_values_are_400(client: ProtocolClient, call: str, body: object) -> None:
    """What is no base64, and what this stack's key does not open, is the caller's fault."""
    encrypted(client, *VALUES)

    assert client.call("POST", f"{client.stack_path}/{call}", body).status == 400


def test_who_may(site: Site, client: ProtocolClient) -> None:
    """A run encrypts for its own stack, and opens secrets of stacks that it may refer to."""
    everywhere = {name: encrypted(client.at(name), *VALUES) for name in (DEV, REFERABLE, OTHER)}
    run = site.client(referable=frozenset({REFERABLE}))

    def statuses(name: StackName) -> tuple[int, int]:
        own = run.at(name)
        opened = own.call(
            "POST", f"{own.stack_path}/batch-decrypt", {"ciphertexts": everywhere[name]}
        )
        sealed = own.call("POST", f"{own.stack_path}/encrypt", {"plaintext": "eA=="})
        return opened.status, sealed.status

    assert statuses(DEV) == (200, 200)
    assert statuses(REFERABLE) == (200, 403)
    assert statuses(OTHER) == (403, 403)


def test_unknown_stack_is_404(client: ProtocolClient) -> None:
    """For a stack that is not there nothing is encrypted."""
    ghost = client.at(StackName("shop", "ghost"))

    assert ghost.call("POST", f"{ghost.stack_path}/encrypt", {"plaintext": "eA=="}).status == 404


def test_service_without_keys(site: Site) -> None:
    """Without keys the answer says what to use instead."""
    service = StateService.over(site.storage(), holders=UnknownHolders(), clock=site.clock)
    app = App(service, WholeStoreAccess(Secret(TOKEN)), holder=HOLDER)
    client = ProtocolClient(app.handle, DEV)

    reply = client.call("POST", f"{client.stack_path}/encrypt", {"plaintext": "eA=="})

    assert (reply.status, "awskms" in reply.message) == (400, True)


def test_deletion_takes_the_key_along(site: Site, client: ProtocolClient) -> None:
    """A stack of the same name, made anew, has a key of its own."""
    [ciphertext] = encrypted(client, VALUES[0])
    assert client.delete_stack().is_ok
    assert list(site.storage().objects.list(".hoist/keys/")) == []
    assert client.create_stack().is_ok
    encrypted(client, VALUES[0])

    body = {"ciphertext": ciphertext}
    assert client.call("POST", f"{client.stack_path}/decrypt", body).status == 400


def test_address_in_the_export(client: ProtocolClient) -> None:
    """Each client finds the address at which it reached the service."""
    state = {"owner": "organization", "project": "shop", "stack": "dev", "url": "http://old"}
    provider = {"type": "service", "state": state}
    assert client.import_state(deployment=deployment(secrets_providers=provider)).is_ok

    def exported(url: str) -> str:
        def send(request: Request) -> Answer:
            return client.send(replace(request, backend_url=url))

        found = replace(client, send=send).export().document
        shown: str = found["deployment"]["secrets_providers"]["state"]["url"]
        return shown

    assert exported("http://127.0.0.1:1") == "http://127.0.0.1:1"
    assert exported("https://api.example/v1") == "https://api.example/v1"
    assert exported("") == "http://old"
