"""Stacks over the protocol, as the CLI's stack commands use it."""

from dataclasses import replace
from typing import Any

import pytest

from journals import deployment, resource, urn
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.names import StackName
from orchestrator.state.protocol.http import Request
from orchestrator.state.protocol.listing_routes import PAGE_SIZE
from orchestrator.state.protocol.update_routes import MOST_CONFIG_BYTES
from protocol_client import ProtocolClient
from state_sites import DEV, Site, creation, names_in

PROVIDER = {"type": "cloud", "state": {"url": "awskms://alias/k", "encryptedkey": "a2V5"}}


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> ProtocolClient:
    return site.client_with_stack()


def test_missing_stack_is_404(site: Site) -> None:
    """The CLI asks for a stack before it makes one; only 404 with its code lets it go on."""
    reply = site.client().show_stack()

    assert reply.status == 404
    assert "shop/dev" in reply.message


def test_new_stack(client: ProtocolClient) -> None:
    """A new stack is there, empty, without a version."""
    shown = client.show_stack().document

    assert (shown["orgName"], shown["projectName"], shown["stackName"]) == (
        "organization",
        "shop",
        "dev",
    )
    assert (shown["version"], shown["activeUpdate"], shown["tags"]) == (0, "", {})
    assert names_in(client.export().document) == []


def test_no_config_is_shown(client: ProtocolClient) -> None:
    """A `config` in the answer, even an empty one, would switch the CLI to remote config."""
    assert "config" not in client.show_stack().document


def test_stack_exists(client: ProtocolClient) -> None:
    """The CLI knows a stack that is there already by these words."""
    reply = client.create_stack()

    assert reply.status == 409
    assert "already exists" in reply.message


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "ä", "x" * 101])
def test_bad_name_is_400(site: Site, name: str) -> None:
    """A name that Pulumi would not take is refused, with the rule."""
    reply = site.client().call("POST", "/api/stacks/organization/shop", {"stackName": name})

    assert reply.status == 400
    assert "letters, digits" in reply.message


@pytest.mark.parametrize("path", ["sh%2Fop/dev", "shop/d%2Fev", "..%2F../dev", "shop/%00"])
def test_name_in_disguise_is_400(client: ProtocolClient, path: str) -> None:
    """What is a slash only after decoding is not taken for a path."""
    assert client.call("GET", f"/api/stacks/organization/{path}").status == 400


def test_secrets_provider_is_kept(site: Site) -> None:
    """The wrapped data key that the CLI sends along is in the first export."""
    state = {"version": 3, "deployment": {"manifest": {}, "secrets_providers": PROVIDER}}
    client = site.client()

    assert client.create_stack(state=state).is_ok

    assert client.export().document["deployment"]["secrets_providers"] == PROVIDER
    assert site.service().stacks.require(DEV).secrets is not None


@pytest.mark.parametrize(
    "provider",
    [{"type": "cloud"}, {"type": "cloud", "state": {"url": 1}}, {"type": "passphrase"}, None],
    ids=str,
)
def test_other_secrets_providers_are_not_ours(site: Site, provider: Any) -> None:
    """A provider that names no wrapped key is kept in the state, as the client chose it."""
    state = {"deployment": {"secrets_providers": provider}}
    client = site.client()

    assert client.create_stack(state=state).is_ok

    assert site.service().stacks.require(DEV).secrets is None
    assert client.export().document["deployment"]["secrets_providers"] == provider


@pytest.mark.parametrize(
    "deployment", [{"secrets_providers": {}}, {"resources": {}}, {"manifest": []}], ids=str
)
def test_malformed_first_state_is_400(site: Site, deployment: object) -> None:
    """What no engine could read is not kept as the first state."""
    assert site.client().create_stack(state={"deployment": deployment}).status == 400
    assert site.client().show_stack().status == 404


def test_new_stack_with_resources_is_refused(site: Site) -> None:
    """Resources that come with a new stack are not dropped in silence."""
    reply = site.client().create_stack(state={"deployment": {"resources": [resource("a")]}})

    assert reply.status == 400
    assert site.client().show_stack().status == 404


def test_tags_are_replaced(client: ProtocolClient) -> None:
    """Both the tags call and a start carry the whole map."""
    assert client.call("PATCH", f"{client.stack_path}/tags", {"a": "1", "b": "2"}).status == 204
    assert client.show_stack().document["tags"] == {"a": "1", "b": "2"}

    update = client.create_update()
    assert update.start(tags={"c": "3"}).is_ok

    assert client.show_stack().document["tags"] == {"c": "3"}


def test_list_by_project_and_tag(site: Site) -> None:
    """A listing has the stacks of the project, by tag if asked."""
    client = site.client()
    assert client.create_stack(tags={"team": "a"}).is_ok
    other = StackName("blog", "dev")
    assert site.client(name=other).create_stack().is_ok

    def listed(**query: str) -> list[tuple[str, str]]:
        reply = client.call("GET", "/api/user/stacks", query=query)
        assert reply.document["continuationToken"] is None
        return [(found["projectName"], found["stackName"]) for found in reply.document["stacks"]]

    assert listed(project="shop") == [("shop", "dev")]
    assert listed(project="shop", tagName="team") == [("shop", "dev")]
    assert listed(project="shop", tagName="team", tagValue="a") == [("shop", "dev")]
    assert listed(project="shop", tagName="team", tagValue="b") == []
    assert listed(project="shop", tagName="none") == []
    assert listed() == [("shop", "dev")]
    assert listed(organization="organization") == [("shop", "dev")]
    assert listed(organization="acme") == []


def test_listing_in_pages(site: Site) -> None:
    """A long listing comes in pages, each stack once, with what its last update left."""
    client = site.client_of_all()
    names = [StackName(f"p{number % 2}", f"s{number:03}") for number in range(PAGE_SIZE + 5)]
    for name in names:
        assert client.at(name).create_stack().is_ok
    client.at(names[0]).run_update(*creation("a"))

    def page(**query: str) -> tuple[list[dict[str, Any]], str | None]:
        document = client.call("GET", "/api/user/stacks", query=query).document
        return document["stacks"], document["continuationToken"]

    first, token = page()
    assert token
    second, end = page(continuationToken=token)

    assert (len(first), len(second), end) == (PAGE_SIZE, 5, None)
    found = [StackName(each["projectName"], each["stackName"]) for each in (*first, *second)]
    assert found == sorted(names)
    assert (first[0]["resourceCount"], "lastUpdate" in first[1]) == (1, False)
    assert len(page(project="p1")[0]) == len(names) // 2
    for strange in ("x", "../..", "a/b/c"):
        query = {"continuationToken": strange}
        assert client.call("GET", "/api/user/stacks", query=query).status == 400


def test_project_is_known_by_its_stacks(site: Site) -> None:
    """The CLI asks whether a project is there with HEAD."""
    client = site.client()
    assert client.call("HEAD", client.project_path).status == 404
    assert client.create_stack().is_ok
    assert client.call("HEAD", client.project_path).status == 200


def test_delete_empty(client: ProtocolClient) -> None:
    """An empty stack goes without force."""
    assert client.delete_stack().status == 204
    assert client.show_stack().status == 404


def test_delete_with_resources_needs_force(client: ProtocolClient) -> None:
    """The refusal has the exact text for which the CLI has a help of its own."""
    client.run_update(*creation("a"))

    refused = client.delete_stack()

    assert (refused.status, refused.message) == (
        400,
        "Bad Request: Stack still contains resources.",
    )
    assert client.delete_stack(force=True).status == 204


def test_delete_with_pending_operation_needs_force(client: ProtocolClient) -> None:
    """A create of which nobody knows how it ended counts as a resource."""
    client.run_update(creation("a")[0], status="failed")

    assert client.delete_stack().status == 400


def test_delete_during_update_is_409(client: ProtocolClient) -> None:
    """Force or not, an open update is not pulled away."""
    client.open_update()

    assert client.delete_stack(force=True).status == 409


def test_export_of_versions(client: ProtocolClient) -> None:
    """A version is the state after that update; a failed one has a version as well."""
    client.run_update(*creation("a"))
    client.run_update(*creation("b"), status="failed")

    assert names_in(client.export("1").document) == ["a"]
    assert names_in(client.export("2").document) == ["a", "b"]
    assert names_in(client.export().document) == ["a", "b"]
    for version in ("0", "3", "99999999999999999"):
        assert client.export(version).status == 404
    for version in ("x", "-1", "9" * 5000):
        assert client.export(version).status == 400


def test_export_during_update_is_its_base(site: Site, client: ProtocolClient) -> None:
    """What an engine gets after its start is what its journal will be folded onto."""
    client.run_update(*creation("a"))
    client.open_update()
    _write_checkpoint(site, deployment(resource("b")))

    assert names_in(client.export().document) == ["a"]


def test_export_keeps_numbers(site: Site, client: ProtocolClient) -> None:
    """Numbers that no float holds come out as they went in."""
    text = b'{"urn":"%s","custom":true,"type":"t","inputs":{"n":%s}}'
    numbers = b"[0.10000000000000000555,123456789012345678901234567890]"
    state = b'{"version":3,"checkpoint":{"latest":{"resources":[' + text % (
        urn("a").encode(),
        numbers,
    )
    _put_checkpoint(site, state + b"]}}}")

    headers = {"authorization": f"token {client.token}"}
    answer = site.app().handle(Request("GET", f"{client.stack_path}/export", headers=headers))

    assert numbers in answer.body


def test_export_has_features(site: Site, client: ProtocolClient) -> None:
    """A state of version 4 names what its reader must know."""
    _write_checkpoint(site, deployment(resource("a", taint=True)), features=("taint",))

    document = client.export().document

    assert (document["version"], document["features"]) == (4, ["taint"])


def test_history(client: ProtocolClient) -> None:
    """Newest first, in pages, without dry runs and without what never started."""
    client.run_update(*creation("a"))
    assert client.open_update(dry_run=True).complete().is_ok
    client.create_update()
    update = client.create_update(kind="destroy", message="bye", environment={"git.head": "abc"})
    assert update.start().is_ok
    assert update.send_summary(delete=1, same=2).is_ok
    assert update.complete("failed").is_ok

    second, first = client.history()

    assert (first["version"], first["kind"], first["result"]) == (1, "update", "succeeded")
    assert second == {
        "kind": "destroy",
        "startTime": second["startTime"],
        "endTime": second["endTime"],
        "message": "bye",
        "environment": {"git.head": "abc"},
        "config": {},
        "result": "failed",
        "version": 2,
        "resourceChanges": {"delete": 1, "same": 2},
    }
    assert client.history(pageSize="1", page="1") == [second]
    assert client.history(pageSize="1", page="2") == [first]
    assert client.history(pageSize="1", page="3") == []
    assert client.history(pageSize="0") == [second, first]
    assert client.call("GET", f"{client.stack_path}/updates", query={"page": "x"}).status == 400


def test_history_is_in_the_order_of_starts(client: ProtocolClient) -> None:
    """Of two updates the one that started last is the newest, whichever was created first."""
    early, late = client.create_update(), client.create_update()
    assert late.start().is_ok
    assert late.complete().is_ok
    assert early.start().is_ok

    assert [update["version"] for update in client.history()] == [2, 1]
    latest = client.call("GET", f"{client.stack_path}/updates/latest").document["info"]
    assert (latest["version"], latest["result"]) == (2, "in-progress")


def test_latest_has_the_config(client: ProtocolClient) -> None:
    """`config refresh` gets what the last update came with; an import after it brought none."""
    config = {
        "shop:a": {"string": "1", "secret": False, "object": False},
        "shop:b": {"string": "c2VhbGVk", "secret": True, "object": True},
    }
    reply = client.call("POST", f"{client.stack_path}/update", {"config": config, "options": {}})
    update = client.update_of(reply)
    assert update.start().is_ok
    assert update.complete().is_ok
    assert client.import_state(resource("x")).is_ok

    latest = client.call("GET", f"{client.stack_path}/updates/latest").document["info"]

    assert (latest["version"], latest["config"]) == (1, config)


def test_large_config_is_not_kept(client: ProtocolClient) -> None:
    """Config that would fill the records is not kept; the update goes on without it."""
    config = {"shop:a": {"string": "x" * MOST_CONFIG_BYTES}}
    reply = client.call("POST", f"{client.stack_path}/update", {"config": config})
    assert client.update_of(reply).start().is_ok

    latest = client.call("GET", f"{client.stack_path}/updates/latest").document["info"]

    assert latest["config"] == {}


@pytest.mark.parametrize("config", [[], {"a": 1}, {"a": {"string": 1}}], ids=str)
def test_malformed_config_is_400(client: ProtocolClient, config: object) -> None:
    """Config of another form is refused before anything begins."""
    assert client.call("POST", f"{client.stack_path}/update", {"config": config}).status == 400


def test_latest_of_none_is_404(client: ProtocolClient) -> None:
    """For `config refresh` that means: no previous deployment."""
    assert client.call("GET", f"{client.stack_path}/updates/latest").status == 404


@pytest.mark.parametrize("call", ["log-decryption", "log-batch-decryption"])
def test_decryption_is_noted(client: ProtocolClient, call: str) -> None:
    """The CLI tells that it shows secrets, and insists on an answer."""
    assert client.call("POST", f"{client.stack_path}/decrypt/{call}", {"secretName": "x"}).is_ok


def test_another_stack_of_the_project(client: ProtocolClient) -> None:
    """A stack that is not there is denied like one that is: its absence is nobody's business."""
    assert replace(client, name=StackName("shop", "ghost")).show_stack().status == 403


def _write_checkpoint(
    site: Site, latest: dict[str, Any], *, features: tuple[str, ...] = ()
) -> None:
    state = VersionedDeployment(4 if features else 3, features, latest)
    _put_checkpoint(site, encode_checkpoint(DEV.qualified, state))


def _put_checkpoint(site: Site, body: bytes) -> None:
    objects = site.storage().objects
    present = objects.get(DEV.checkpoint_key)
    objects.put(DEV.checkpoint_key, body, if_etag=present.etag if present else None)
