"""Imports and renames over the protocol."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from journals import deployment, resource, urn
from orchestrator.state.names import StackName
from orchestrator.state.records import LEASE_LENGTH, ConfigValue, SecretsProvider, UpdateStatus
from protocol_client import ClientUpdate, ProtocolClient, Reply
from state_sites import DEV, Site, creation, names_in
from storages import moto_place
from watched_storage import BeforeEach, Meanwhile, Moment, Outage

PROD, ELSEWHERE = StackName("shop", "prod"), StackName("store", "dev")
CLOUD = SecretsProvider("awskms://alias/k", "a2V5")
SERVICE = {
    "type": "service",
    "state": {
        "url": "http://other",
        "owner": "organization",
        "project": "shop",
        "stack": "dev",
    },
}


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    """It may do everything, and has a stack with two versions."""
    client = site.client_of_all()
    assert client.create_stack().is_ok
    client.run_update(*creation("a"))
    client.run_update(*creation("b"))
    return client


def test_import(site: Site, client: ProtocolClient) -> None:
    """A state is replaced, gets a version, and stands in the history; its status can be asked."""
    reply = client.import_state(resource("x"))

    update = ClientUpdate(client, reply.document["updateId"])
    assert update.status().document == {
        "status": "succeeded",
        "events": [],
        "continuationToken": None,
    }
    assert names_in(client.export().document) == ["x"]
    assert names_in(client.export("3").document) == ["x"]
    assert names_in(client.export("2").document) == ["a", "b"]
    newest = client.history()[0]
    assert (newest["kind"], newest["version"], newest["resourceCount"]) == ("import", 3, 1)
    assert site.lock_keys() == []
    client.run_update(*creation("c"))
    assert names_in(client.export().document) == ["c", "x"]


def test_import_of_features_and_of_nothing(client: ProtocolClient) -> None:
    """Schema version 4 keeps its features; no deployment is an empty state."""
    tainted = deployment(resource("x", taint=True))
    assert client.import_state(version=4, features=["taint"], deployment=tainted).is_ok
    assert client.export().document == {"version": 4, "features": ["taint"], "deployment": tainted}

    assert client.import_state(deployment=None).is_ok
    assert client.export().document["deployment"] is None
    client.run_update(*creation("c"))
    assert names_in(client.export().document) == ["c"]


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 9},
        {"deployment": []},
        {"deployment": deployment(resource("x", parent=urn("gone")))},
        {"deployment": deployment(resource("x"), resource("x"))},
        {"deployment": deployment() | {"manifest": {"version": "1", "magic": "x"}}},
    ],
    ids=str,
)
def test_bad_import_is_400(client: ProtocolClient, fields: dict[str, Any]) -> None:
    """What the engine could not work with is refused, and nothing has happened."""
    assert client.import_state(**fields).status == 400
    assert names_in(client.export().document) == ["a", "b"]
    assert len(client.history()) == 2


def test_edits_of_an_open_stack_are_409(client: ProtocolClient) -> None:
    """While an update is open, its base is nobody's to replace or to rename."""
    update = client.open_update()

    for reply in (client.import_state(resource("x")), client.rename(PROD)):
        assert reply.status == 409
        assert update.id in reply.message
    assert update.append(*creation("c")).is_ok
    assert update.complete().is_ok
    assert names_in(client.export().document) == ["a", "b", "c"]


def test_import_changes_the_provider(site: Site, client: ProtocolClient) -> None:
    """The stack's own provider is that of its state: a worker writes it into the settings file."""
    for provider, kept in ((CLOUD.as_state(), CLOUD), (SERVICE, None), (CLOUD.as_state(), CLOUD)):
        assert client.import_state(deployment=deployment(secrets_providers=provider)).is_ok
        assert site.service().stacks.require(DEV).secrets == kept


def test_import_does_not_orphan_secret_config(site: Site, client: ProtocolClient) -> None:
    """Secret config that is kept with the stack would be lost with its key: it is named."""
    assert client.import_state(deployment=deployment(secrets_providers=CLOUD.as_state())).is_ok
    config = {"shop:pw": ConfigValue("v1:x", is_secret=True), "shop:plain": ConfigValue("1")}
    site.service().stacks.change(DEV, lambda stack: replace(stack, config=config))

    reply = client.import_state(deployment=deployment(secrets_providers=SERVICE))

    assert reply.status == 400
    assert "shop:pw" in reply.message
    assert client.import_state(
        resource("x"), deployment=deployment(secrets_providers=CLOUD.as_state())
    ).is_ok


@pytest.mark.parametrize("call", ["log.append", "objects.put", "records.put", "objects.delete"])
@pytest.mark.parametrize("moment", Moment)
def test_edits_through_an_outage(site: Site, call: str, moment: Moment) -> None:
    """The client does not repeat these calls: what fails is undone or finished, never left open."""
    watch = Outage(call=call, moment=moment, times=0)
    client = site.client_of_all(watch)
    assert client.create_stack().is_ok
    client.run_update(*creation("a"))
    edits: list[Callable[[], Reply]] = [
        lambda: client.import_state(resource("x")),
        lambda: client.rename(PROD),
    ]
    for edit in edits:
        watch.times = 1
        assert edit().status in (200, 204, 503)
        watch.times = 0
    found = client if client.show_stack().is_ok else client.at(PROD)
    assert names_in(found.export().document) in (["a"], ["x"])
    found.run_update(*creation("b"))
    assert site.lock_keys() == site.lock_keys(PROD) == []


@pytest.mark.parametrize("new", [PROD, ELSEWHERE], ids=str)
def test_rename(site: Site, client: ProtocolClient, new: StackName) -> None:
    """State, history and every version go along; the old name is free again."""
    before = client.show_stack().document

    assert client.rename(new).status == 204

    assert client.show_stack().status == 404
    renamed = client.at(new)
    shown = renamed.show_stack().document
    assert (shown["id"], shown["version"]) == (before["id"], 3)
    assert (shown["projectName"], shown["stackName"]) == (new.project, new.stack)
    for found in renamed.export().document["deployment"]["resources"]:
        assert found["urn"].startswith(f"urn:pulumi:{new.stack}::{new.project}::test:index:Thing")
    assert names_in(renamed.export("1").document) == ["a"]
    assert names_in(renamed.export("3").document) == ["a", "b"]
    assert [found["kind"] for found in renamed.history()] == ["rename", "update", "update"]
    renamed.run_update(*creation("c"))
    assert names_in(renamed.export("4").document) == ["a", "b", "c"]
    assert client.create_stack().is_ok
    assert names_in(client.export().document) == []
    assert list(site.storage().objects.list(".pulumi/locks/")) == []


def test_edits_on_aws() -> None:
    """In a bucket, versions stay readable under the name that they were written with."""
    with moto_place() as place:
        client = Site(place.open).client_of_all()
        assert client.create_stack().is_ok
        client.run_update(*creation("a"))
        assert client.import_state(resource("x")).is_ok
        assert client.rename(PROD).is_ok
        client.at(PROD).run_update(*creation("b"))

        states = [names_in(client.at(PROD).export(number).document) for number in "1234"]

    assert states == [["a"], ["x"], ["x"], ["b", "x"]]


def test_rename_there_and_back(client: ProtocolClient) -> None:
    """Each version is looked for under the name that the stack had then."""
    for name, new in ((DEV, PROD), (PROD, ELSEWHERE), (ELSEWHERE, DEV)):
        assert client.at(name).rename(new).is_ok
        client.at(new).run_update(*creation(f"at-{new.stack}-{new.project}"))

    counts = [len(names_in(client.export(str(version)).document)) for version in range(1, 9)]
    assert counts == [1, 2, 2, 3, 3, 4, 4, 5]


def test_rename_to_a_taken_name(site: Site, client: ProtocolClient) -> None:
    """A stack that is there, or a checkpoint that a bare CLI left there, is in the way."""
    assert client.at(PROD).create_stack().is_ok
    for key in (f".pulumi/stacks/store/dev.json{ending}" for ending in ("", ".gz")):
        site.storage().objects.put(key, b"{}", if_etag=None)
        reply = client.rename(ELSEWHERE)
        assert (reply.status, "already exists" in reply.message) == (409, True)
        site.storage().objects.delete(key)
    for new in (PROD, DEV):
        assert client.rename(new).status == 409
    assert client.rename(StackName("shop", "x")).is_ok


@pytest.mark.parametrize("body", [{}, {"newName": ""}, {"newName": "a/b"}, {"newName": 1}], ids=str)
def test_rename_to_no_name_is_400(client: ProtocolClient, body: object) -> None:
    """A new name follows the rules of every name."""
    assert client.call("POST", f"{client.stack_path}/rename", body).status == 400


def test_rename_needs_both_stacks(site: Site) -> None:
    """Who may change one stack alone cannot move it to a name that is not theirs."""
    client = site.client_with_stack()

    assert client.rename(PROD).status == 403


def test_name_is_taken_meanwhile(site: Site) -> None:
    """Somebody makes a stack of the new name at the last moment: theirs stays, ours as well."""

    def make() -> None:
        site.client_of_all().at(PROD).create_stack()

    client = site.client_of_all(Meanwhile(call="log.append", action=make))
    assert client.create_stack().is_ok

    reply = client.rename(PROD)

    assert (reply.status, "taken meanwhile" in reply.message) == (409, True)
    assert client.show_stack().is_ok
    assert client.at(PROD).show_stack().is_ok
    client.run_update(*creation("a"))
    client.at(PROD).run_update(*creation("b"))


def test_checkpoint_moves_under_a_rename(site: Site) -> None:
    """What a bare CLI wrote meanwhile is not left behind under the old name."""
    client = site.client_of_all(
        Meanwhile(call="log.append", action=lambda: site.put_checkpoint("theirs"))
    )
    assert client.create_stack().is_ok

    reply = client.rename(PROD)

    assert (reply.status, "changed by somebody else" in reply.message) == (409, True)
    assert client.at(PROD).show_stack().status == 404
    assert names_in(client.export().document) == ["theirs"]


def test_checkpoint_moves_under_half_a_rename(site: Site, client: ProtocolClient) -> None:
    """The new name was taken already when its process died; it is given back."""

    def die_once_the_name_is_taken() -> None:
        if site.service().stacks.find(PROD) is not None:
            raise KeyboardInterrupt

    dying = site.client_of_all(BeforeEach(call="objects.put", action=die_once_the_name_is_taken))
    with pytest.raises(KeyboardInterrupt):
        dying.rename(PROD)
    assert client.at(PROD).show_stack().is_ok
    site.put_checkpoint("theirs")
    site.clock.advance(LEASE_LENGTH.total_seconds())

    client.run_update(*creation("c"))

    assert names_in(client.export().document) == ["c", "theirs"]
    assert client.at(PROD).show_stack().status == 404
    assert client.rename(PROD).is_ok


def test_rename_of_a_broken_state(site: Site, client: ProtocolClient) -> None:
    """A state that the engine would refuse is not moved, and the stack goes on as it was."""
    site.put_checkpoint("a", "a")

    reply = client.rename(PROD)

    assert (reply.status, "is there 2 times" in reply.message) == (409, True)
    assert site.service().stacks.require(DEV).conflict_update_id == ""
    assert client.import_state(resource("x")).is_ok
    assert client.rename(PROD).is_ok


def test_update_under_an_edit(site: Site) -> None:
    """Nobody else starts while an edit is under way."""
    replies: list[int] = []

    def start() -> None:
        for name in (DEV, PROD):
            client = site.client_of_all().at(name)
            if client.show_stack().is_ok:
                replies.append(client.create_update().start().status)

    client = site.client_of_all(BeforeEach(call="log.append", action=start))
    assert client.create_stack().is_ok

    assert client.import_state(resource("x")).is_ok
    assert client.rename(PROD).is_ok

    assert set(replies) == {409}


@pytest.mark.parametrize("edit", ["import", "rename"])
def test_abandoned_edit_is_undone(site: Site, client: ProtocolClient, edit: str) -> None:
    """An edit whose process died before the end of its journal never was."""

    def die() -> None:
        raise KeyboardInterrupt

    dying = site.client_of_all(BeforeEach(call="log.append", action=_second_time(die)))
    with pytest.raises(KeyboardInterrupt):
        dying.import_state(resource("x")) if edit == "import" else dying.rename(PROD)
    site.clock.advance(LEASE_LENGTH.total_seconds())

    client.run_update(*creation("c"))

    assert names_in(client.export().document) == ["a", "b", "c"]
    abandoned = client.history()[1]
    assert (abandoned["kind"], abandoned["result"]) == (edit, "failed")
    service = site.service()
    history = service.updates.history(service.stacks.require(DEV))
    assert history[1].status is UpdateStatus.FAILED
    assert "before it had any effect" in history[1].reason
    assert client.at(PROD).show_stack().status == 404


def _second_time(action: Callable[[], None]) -> Callable[[], None]:
    calls = iter((lambda: None, action))
    return lambda: next(calls)()
