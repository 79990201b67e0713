"""The API behind the local front, over real HTTP."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest
import requests

from access_sites import bearer
from api_estate import InMemoryEstate
from local.front.handler_invoker import HandlerInvoker
from local.front.server import FrontServer
from orchestrator.http_api.door import make_app


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes requests below a URL, with a token."""

    url: str
    headers: Mapping[str, str]

    def __call__(
        self, method: str, path: str, body: Mapping[str, str] | None = None
    ) -> requests.Response:
        return requests.request(
            method, f"{self.url}{path}", json=body, headers=self.headers, timeout=20
        )


@pytest.fixture
def call() -> Iterator[Caller]:
    estate = InMemoryEstate()
    with FrontServer(HandlerInvoker(make_app(estate, log=estate.log))) as front:
        yield Caller(f"{front.url}/v1", bearer(estate.admin))


def test_requests_at_once_are_not_mixed_up(call: Caller) -> None:
    """Each gets the answer to its own question."""
    names = [f"stack-{number}" for number in range(16)]

    def make_and_show(name: str) -> str:
        assert call("POST", "/stacks", {"project": "shop", "stack": name}).status_code == 201
        return str(call("GET", f"/stacks/shop/{name}").json()["stack"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make_and_show, names)) == names

    listed = call("GET", "/stacks").json()["stacks"]
    assert sorted(found["stack"] for found in listed) == sorted(names)


@pytest.mark.parametrize("key", ["a/b", "50%", "ü", "x?y#z", "100%", "a+b"])
def test_a_key_may_hold_what_a_url_cannot(call: Caller, key: str) -> None:
    """It is encoded by the client, and arrives as it was meant."""
    place = f"/stacks/shop/dev/config/{quote(key, safe='')}"

    assert call("PUT", place, {"value": "3"}).json()["key"] == f"shop:{key}"

    assert call("GET", place).json()["value"] == "3"
    assert call("DELETE", place).status_code == 204


def test_a_problem_arrives_as_one(call: Caller) -> None:
    """With its media type and its status."""
    reply = call("GET", "/stacks/shop/dev")

    assert reply.status_code == 404
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["code"] == "stack_not_found"
    assert reply.headers["X-Request-Id"]


def test_without_a_token_nobody_is_answered(call: Caller) -> None:
    """And hears which scheme would be."""
    reply = replace(call, headers={})("GET", "/stacks")

    assert (reply.status_code, reply.json()["code"]) == (401, "token_missing")
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="hoist"'
