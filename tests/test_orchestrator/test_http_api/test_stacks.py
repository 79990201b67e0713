"""Stacks over HTTP."""

import pytest

from api_estate import InMemoryEstate
from api_requests import ApiClient
from protocol_client import ProtocolClient
from state_sites import DEV, creation


def test_a_new_stack_is_shown_as_it_was_made(client: ApiClient) -> None:
    """What POST answers, GET answers too."""
    made = client.post("/v1/stacks", {"project": "shop", "stack": "dev", "tags": {"team": "a"}})

    assert made.status == 201
    document = made.as_model("Stack")
    assert document == client.get("/v1/stacks/shop/dev").as_model("Stack")
    assert document["tags"] == {"team": "a"}
    assert document["secrets_provider"] == "awskms"
    assert document["created_at"] == "2025-03-01T12:00:00.123000Z"
    assert (document["version"], document["resource_count"]) == (0, 0)
    assert (document["active_update"], document["last_update"]) == (None, None)


def test_a_stack_is_made_once(client: ApiClient, stack: str) -> None:
    """The second POST is a conflict."""
    again = client.post("/v1/stacks", {"project": "shop", "stack": "dev"})

    assert (again.status, again.code) == (409, "stack_exists")


def test_stacks_are_listed_in_order(estate: InMemoryEstate, client: ApiClient) -> None:
    """All projects' stacks by project and name, with versions; those of a bare CLI too."""
    for project, name in (("shop", "dev"), ("shop", "a"), ("api", "prod"), ("shop-2", "x")):
        assert client.post("/v1/stacks", {"project": project, "stack": name}).status == 201
    estate.site().client().run_update(*creation("bucket"))
    estate.storage.objects.put(".pulumi/stacks/bare/cli.json.gz", b"{}", if_etag=None)
    estate.storage.objects.put(".pulumi/stacks/bare/cli.json.bak", b"{}", if_etag=None)

    listed = client.get("/v1/stacks").as_model("StackList")["stacks"]

    assert [(one["project"], one["stack"], one["version"]) for one in listed] == [
        ("api", "prod", 0),
        ("bare", "cli", 0),
        ("shop", "a", 0),
        ("shop", "dev", 1),
        ("shop-2", "x", 0),
    ]
    of_one = client.get("/v1/stacks", project="shop").as_model("StackList")["stacks"]
    assert [one["stack"] for one in of_one] == ["a", "dev"]


def test_a_stack_tells_of_its_updates(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """The open update with its lease, the last one, and how many resources there are."""
    cli = estate.site().client()
    cli.run_update(*creation("bucket"))
    opened = cli.open_update("refresh")

    shown = client.get(stack).as_model("Stack")

    assert shown["active_update"]["id"] == opened.id
    assert shown["active_update"]["kind"] == "refresh"
    assert shown["last_update"]["status"] == "running"
    assert (shown["version"], shown["resource_count"]) == (2, 1)
    assert not shown["conflicted"]


def test_a_conflicted_stack_says_so(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """When the checkpoint was moved under an update."""
    update = estate.site().client().open_update()
    update.append(*creation("bucket"))
    estate.site().put_checkpoint("other")
    update.complete("succeeded")

    assert client.get(stack).as_model("Stack")["conflicted"]


def test_the_last_update_may_be_missing(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """A record that is gone is no fault of who looks."""
    update = estate.site().client().run_update()
    record = estate.stacks.require(DEV)
    found = estate.storage.records.list(f"updates#{record.id}")
    [mine] = [one for one in found if one.key.sort == update.id]
    estate.storage.records.delete(mine.key, expected_revision=mine.revision)

    assert client.get(stack).as_model("Stack")["last_update"] is None


def test_a_stack_with_a_passphrase_names_it(estate: InMemoryEstate, client: ApiClient) -> None:
    """A stack whose secrets Hoist cannot open tells how they are encrypted."""
    ProtocolClient(estate.site().app().handle, DEV).create_stack()
    state = {"secrets_providers": {"type": "passphrase", "state": {}}, "resources": []}
    estate.put_deployment(state)

    assert client.get("/v1/stacks/shop/dev").as_model("Stack")["secrets_provider"] == "passphrase"


def test_delete(client: ApiClient, stack: str) -> None:
    """A stack that was deleted is gone, and deleting it again says so."""
    assert client.delete(stack).status == 204

    assert client.get(stack).code == "stack_not_found"
    assert client.delete(stack).status == 404


def test_a_stack_with_resources_is_kept(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """Unless the caller says that they may be forgotten."""
    estate.site().client().run_update(*creation("bucket"))

    refused = client.delete(stack)

    assert (refused.status, refused.code) == (409, "stack_not_empty")
    assert client.delete(stack, force="true").status == 204


def test_a_stack_with_an_open_update_is_kept(
    estate: InMemoryEstate, client: ApiClient, stack: str
) -> None:
    """By force, too."""
    estate.site().client().open_update()

    refused = client.delete(stack, force="true")

    assert (refused.status, refused.code) == (409, "update_in_progress")


def test_a_stack_with_runs_is_kept(estate: InMemoryEstate, client: ApiClient, stack: str) -> None:
    """Until they are over."""
    client.post(f"{stack}/runs", {"kind": "up", "program": estate.upload()})

    assert client.get(stack).as_model("Stack")["unfinished_runs"] == 1
    refused = client.delete(stack)
    assert (refused.status, refused.code) == (409, "stack_has_unfinished_runs")
    client.post(f"{stack}/runs/latest/cancel")
    assert client.delete(stack).status == 204


@pytest.mark.parametrize("path", ["/v1/stacks/shop/dev", "/v1/stacks/sho p/dev"])
def test_what_is_no_stack_is_refused(client: ApiClient, path: str) -> None:
    """A stack that is not there is not found; a name that none can have is wrong."""
    reply = client.get(path)

    assert (reply.status, reply.code) in {(404, "stack_not_found"), (400, "bad_request")}
