"""What one run may do: everything with its own stack, read outputs of some, nothing else."""

from dataclasses import replace

import pytest

from hoist.secret import Secret
from journals import STACK, entry, resource
from orchestrator.state.journal import JournalEntryKind
from orchestrator.state.names import StackName
from orchestrator.state.open_updates import LEASE_UNKNOWN
from orchestrator.state.protocol.access import (
    AccessDeniedError,
    SingleStackAccess,
    UnauthenticatedError,
)
from protocol_client import ProtocolClient
from state_sites import Site, creation, names_in

OWN, REFERABLE, OTHER = (StackName("shop", name) for name in ("dev", "network", "secret"))
PROVIDER = {"type": "cloud", "state": {"url": "awskms://alias/k", "encryptedkey": "a2V5"}}

WRITES: tuple[tuple[str, str, object], ...] = (
    ("POST", "{stack}/update", {}),
    ("POST", "{stack}/preview", {"options": {"dryRun": True}}),
    ("POST", "{stack}/update/upd-1", {"journalVersion": 1}),
    ("POST", "{stack}/update/upd-1/cancel", None),
    ("PATCH", "{stack}/tags", {}),
    ("DELETE", "{stack}", None),
    ("GET", "{stack}/updates", None),
    ("GET", "{stack}/updates/latest", None),
    ("POST", "{stack}/decrypt/log-decryption", {}),
)


@pytest.fixture
def client() -> ProtocolClient:
    """A run of OWN that may refer to REFERABLE; each of the three stacks holds a resource."""
    site = Site()
    for name in (OWN, REFERABLE, OTHER):
        owner = site.client(name=name)
        state = {"version": 3, "deployment": {"secrets_providers": PROVIDER}}
        assert owner.create_stack(state=state, tags={"team": name.stack}).is_ok
        root = resource("root", urn=STACK, type="pulumi:pulumi:Stack", custom=False)
        del root["id"]
        root["outputs"], root["inputs"] = {"address": "10.0.0.1"}, {"hidden": 1}
        owner.run_update(
            *creation("database", first=1),
            entry(JournalEntryKind.BEGIN, 3, 3),
            entry(JournalEntryKind.SUCCESS, 4, 3, state=root),
        )
    return site.client(name=OWN, referable=frozenset({REFERABLE}))


def test_own_state_is_whole(client: ProtocolClient) -> None:
    """A run reads all of its own state."""
    assert names_in(client.export().document) == ["database", "shop-dev"]


def test_referable_state_is_outputs_only(client: ProtocolClient) -> None:
    """Of a stack that it may refer to, a run sees the outputs and the key to the secret ones."""
    document = replace(client, name=REFERABLE).export().document

    assert document["deployment"].keys() == {"manifest", "secrets_providers", "resources"}
    (root,) = document["deployment"]["resources"]
    assert root == {
        "urn": STACK,
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "outputs": {"address": "10.0.0.1"},
    }


def test_older_version_of_referable_is_outputs_only(client: ProtocolClient) -> None:
    """Naming a version is no way around that."""
    document = replace(client, name=REFERABLE).export("1").document

    assert names_in(document) == ["shop-dev"]


def test_other_state_is_denied(client: ProtocolClient) -> None:
    """Of any other stack it sees nothing, and is told who could allow it."""
    for path in ("", "/export", "/export/1"):
        reply = client.call("GET", f"/api/stacks/organization/shop/secret{path}")
        assert reply.status == 403
        assert "allow stack 'shop/dev' to refer to it" in reply.message


@pytest.mark.parametrize("name", [REFERABLE, OTHER], ids=str)
@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=lambda value: str(value))
def test_foreign_stack_cannot_be_changed(
    client: ProtocolClient, name: StackName, method: str, path: str, body: object
) -> None:
    """Neither a referable stack nor another can be changed, nor its history read."""
    stack = f"/api/stacks/organization/{name.project}/{name.stack}"

    assert client.call(method, path.format(stack=stack), body).status == 403


def test_another_stack_cannot_be_created(client: ProtocolClient) -> None:
    """A run makes no stack but its own."""
    reply = client.call("POST", "/api/stacks/organization/shop", {"stackName": "new"})

    assert reply.status == 403


def test_list_shows_what_may_be_read(client: ProtocolClient) -> None:
    """A listing does not even name the other stacks."""
    reply = client.call("GET", "/api/user/stacks", query={"project": "shop"})

    assert [found["stackName"] for found in reply.document["stacks"]] == ["dev", "network"]


def test_project_of_others_is_unknown(client: ProtocolClient) -> None:
    """A project is there for whoever may read a stack of it."""
    assert client.call("HEAD", "/api/stacks/organization/shop").status == 200
    stranger = Site().client(name=StackName("shop", "none"))
    assert stranger.call("HEAD", "/api/stacks/organization/shop").status == 404


def test_lease_of_another_update(client: ProtocolClient) -> None:
    """A lease token is good for its own update only."""
    first = client.open_update()
    second = client.open_update(dry_run=True)
    stolen = replace(first, lease=second.lease)

    assert stolen.append(*creation("x")).status == 409
    assert stolen.complete().status == 409
    assert stolen.renew().status == 403
    assert first.append(*creation("x")).is_ok


def test_lease_on_another_stack(client: ProtocolClient) -> None:
    """A lease token does not reach another stack, though the update's id is right, and its bearer
    does not learn whether that stack exists."""
    update = client.open_update()
    assert update.append(*creation("x")).is_ok
    for name in (OTHER, StackName("shop", "none")):
        astray = update.through(replace(client, name=name))

        assert astray.append(*creation("y", first=3)).message == LEASE_UNKNOWN
        assert astray.complete().message == LEASE_UNKNOWN
        assert astray.renew().message == LEASE_UNKNOWN
    assert update.complete().is_ok


def test_lease_is_no_access_token(client: ProtocolClient) -> None:
    """The lease token does not open what needs the access token."""
    update = client.open_update()

    reply = client.call("GET", client.stack_path, authorization=f"token {update.lease}")

    assert reply.status == 401


def test_access_table() -> None:
    """The three questions, on each kind of stack."""
    access = SingleStackAccess(Secret("right"), OWN, frozenset({REFERABLE}))

    access.check_token(Secret("right"))
    access.check_write(OWN)
    assert access.may_read_state(OWN)
    assert not access.may_read_state(REFERABLE)
    for token in ("", "wrong", "righ", "right ", "rïght"):
        with pytest.raises(UnauthenticatedError):
            access.check_token(Secret(token))
    for name in (REFERABLE, OTHER):
        with pytest.raises(AccessDeniedError):
            access.check_write(name)
    with pytest.raises(AccessDeniedError):
        access.may_read_state(OTHER)
