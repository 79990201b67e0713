"""Which function a request reaches, by its path alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from front_client import RecordingHandler, answer_to, request_bytes
from health.request import Route
from local.front.event import EXACT_RESOURCES, HEALTH_RESOURCES, proxy_event
from local.front.handler_invoker import HandlerInvoker
from local.front.head import RequestHead
from local.front.http_messages import Request
from local.front.routing import RoutingInvoker
from local.front.server import FrontServer


@dataclass(frozen=True, slots=True)
class TwoFunctions:
    """Handlers that say who they are."""

    api: RecordingHandler = field(
        default_factory=lambda: RecordingHandler({"statusCode": 200, "body": "api"})
    )
    health: RecordingHandler = field(
        default_factory=lambda: RecordingHandler({"statusCode": 200, "body": "health"})
    )

    @property
    def invoker(self) -> RoutingInvoker:
        return RoutingInvoker(api=HandlerInvoker(self.api), health=HandlerInvoker(self.health))


@pytest.fixture
def functions() -> TwoFunctions:
    return TwoFunctions()


@pytest.fixture
def front(functions: TwoFunctions) -> Iterator[FrontServer]:
    with FrontServer(functions.invoker) as server:
        yield server


@pytest.mark.parametrize("path", list(Route))
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_healths_paths_reach_health(
    front: FrontServer, functions: TwoFunctions, method: str, path: str
) -> None:
    """With any method and query, as a resource of its own without parameters."""
    answer_to(front, request_bytes(front, method, f"{path}?a=b"), has_body=method != "HEAD")

    event = functions.health.event
    assert (event["resource"], event["path"], event["pathParameters"]) == (path, path, None)
    assert event["requestContext"]["resourcePath"] == path
    assert functions.api.events == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1/stacks",
        "/v1/health",
        "/healthy",
        "/health/",
        "/health/live/",
        "/health/x",
        "/Health",
    ],
)
def test_any_other_path_reaches_the_api(
    front: FrontServer, functions: TwoFunctions, path: str
) -> None:
    """What only looks like one of health's is the api's to refuse."""
    answer_to(front, request_bytes(front, "GET", path))

    assert functions.api.event["path"] == path
    assert functions.health.events == []


@given(
    st.sampled_from(sorted(HEALTH_RESOURCES)) | st.text(st.characters(exclude_categories=["Cs"]))
)
def test_every_path_reaches_one_function(text: str) -> None:
    """One of health's resources reaches health; all else, however it is written, the api."""
    target = quote(text if text.startswith("/") else f"/{text}")
    head = RequestHead("GET", target, "HTTP/1.1", ())
    event = proxy_event(Request(head, b"", "127.0.0.1"), b"", {}, port=4000)

    invocation = TwoFunctions().invoker.invoke(event)

    is_health = event["path"] in set(Route)
    assert json.loads(invocation.payload)["body"] == ("health" if is_health else "api")
    assert (event["resource"] == event["path"]) == (event["path"] in EXACT_RESOURCES)
