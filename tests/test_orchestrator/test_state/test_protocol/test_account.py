"""What the CLI asks before it does anything."""

import re

import pytest

from protocol_client import ProtocolClient
from state_sites import DEV, Site

GET_PATHS = ("/api/user", "/api/user/organizations/default", "/api/capabilities")


def test_user() -> None:
    """The login has a name and the one organisation."""
    document = Site().client().call("GET", "/api/user").document

    assert document["githubLogin"] == "hoist"
    assert [found["githubLogin"] for found in document["organizations"]] == ["organization"]


def test_default_organization() -> None:
    """It is spelled with a capital here, and in no other answer."""
    reply = Site().client().call("GET", "/api/user/organizations/default")

    assert reply.document == {"GitHubLogin": "organization", "Messages": []}


def test_capabilities() -> None:
    """Only what is served is announced: anything else would bring calls that are not."""
    reply = Site().client().call("GET", "/api/capabilities")

    assert reply.document == {
        "capabilities": [
            {"capability": "batch-encrypt"},
            {
                "capability": "deployment-schema-version",
                "version": 1,
                "configuration": {"version": 4},
            },
        ]
    }


@pytest.mark.parametrize("path", GET_PATHS)
@pytest.mark.parametrize("authorization", ["token wrong", "wrong", " ", "update-token x", "token "])
def test_wrong_token_is_401(path: str, authorization: str) -> None:
    """A token that is not this run's opens nothing."""
    reply = Site().client().call("GET", path, authorization=authorization)

    assert reply.status == 401
    assert reply.message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/cli/version"),
        ("PUT", "/api/user"),
        ("POST", "/api/user"),
        ("GET", "/api/stacks/organization/shop/dev/policypacks"),
        ("PATCH", "/api/stacks/organization/shop/dev/update/upd-1/checkpointdelta"),
        ("PATCH", "/api/stacks/organization/shop/dev/update/upd-1/checkpointverbatim"),
    ],
)
def test_everything_else_is_404(method: str, path: str) -> None:
    """What is not served is not found, with the code in the body."""
    reply = Site().client().call(method, path)

    assert (reply.status, reply.document) == (404, {"code": 404, "message": "Not Found"})


def test_another_organization_is_not_found() -> None:
    """There is only one organisation, and the answer names it."""
    reply = Site().client_with_stack().call("GET", "/api/stacks/acme/shop/dev")

    assert reply.status == 404
    assert "'acme'" in reply.message
    assert "'organization'" in reply.message


def test_every_route_needs_a_token() -> None:
    """No route but those under a lease answers without the access token, whatever it is called."""
    site = Site()
    site.client_with_stack()
    app = site.app()
    client = ProtocolClient(app.handle, DEV)

    statuses = {
        route: client.call(
            route.method, _some_path(route.pattern), authorization="token wrong"
        ).status
        for route in app.routes
    }

    assert {status for route, status in statuses.items() if not route.by_lease} == {401}
    # A lease is looked for, and not found.
    assert {status for route, status in statuses.items() if route.by_lease} == {403, 409}


def _some_path(pattern: str) -> str:
    parts = {"organization": "organization", "path_kind": "update", "kind": "update"}
    return re.sub(r"{(\w+)[^}]*}", lambda part: parts.get(part[1], "x1"), pattern)
