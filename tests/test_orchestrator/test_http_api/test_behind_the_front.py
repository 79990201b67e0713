"""The API behind the local front, over real HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import requests

from api_estate import InMemoryEstate
from local.front.handler_invoker import HandlerInvoker
from local.front.server import FrontServer
from orchestrator.http_api.door import make_app


@pytest.fixture
def url() -> Iterator[str]:
    estate = InMemoryEstate()
    with FrontServer(HandlerInvoker(make_app(estate, log=estate.log))) as front:
        yield f"{front.url}/v1"


def test_requests_at_once_are_not_mixed_up(url: str) -> None:
    """Each gets the answer to its own question."""
    names = [f"stack-{number}" for number in range(16)]

    def make_and_show(name: str) -> str:
        made = requests.post(f"{url}/stacks", json={"project": "shop", "stack": name}, timeout=20)
        assert made.status_code == 201
        shown = requests.get(f"{url}/stacks/shop/{name}", timeout=20)
        return str(shown.json()["stack"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make_and_show, names)) == names

    listed = requests.get(f"{url}/stacks", timeout=20).json()["stacks"]
    assert sorted(found["stack"] for found in listed) == sorted(names)


@pytest.mark.parametrize("key", ["a/b", "50%", "ü", "x?y#z", "100%", "a+b"])
def test_a_key_may_hold_what_a_url_cannot(url: str, key: str) -> None:
    """It is encoded by the client, and arrives as it was meant."""
    place = f"{url}/stacks/shop/dev/config/{quote(key, safe='')}"

    assert requests.put(place, json={"value": "3"}, timeout=20).json()["key"] == f"shop:{key}"

    assert requests.get(place, timeout=20).json()["value"] == "3"
    assert requests.delete(place, timeout=20).status_code == 204


def test_a_problem_arrives_as_one(url: str) -> None:
    """With its media type and its status."""
    reply = requests.get(f"{url}/stacks/shop/dev", timeout=20)

    assert reply.status_code == 404
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["code"] == "stack_not_found"
    assert reply.headers["X-Request-Id"]
