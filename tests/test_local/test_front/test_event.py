"""The event that a request becomes."""

import base64
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.front.event import proxy_event
from local.front.head import RequestHead
from local.front.http_messages import Request

NAMES = st.sampled_from(["X-One", "x-one", "X-Two", "Accept"])
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=10)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def event_of(
    target: str = "/v1/stacks",
    *headers: tuple[str, str],
    method: str = "GET",
    body: bytes = b"",
) -> dict[str, Any]:
    head = RequestHead(method, target, "HTTP/1.1", headers)
    return proxy_event(Request(head, body, "127.0.0.1"), body, {"requestId": "r"}, port=4000)


def bytes_of(event: dict[str, Any]) -> bytes:
    """The body as a function reads it."""
    text = event["body"] or ""
    return base64.b64decode(text) if event["isBase64Encoded"] else text.encode()


def test_the_fields_of_a_rest_api() -> None:
    """An event has the fields of payload format 1.0, no more and no less, null where empty."""
    assert event_of() == {
        "resource": "/v1/{proxy+}",
        "path": "/v1/stacks",
        "httpMethod": "GET",
        "headers": {
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Port": "4000",
            "X-Forwarded-Proto": "http",
        },
        "multiValueHeaders": {
            "X-Forwarded-For": ["127.0.0.1"],
            "X-Forwarded-Port": ["4000"],
            "X-Forwarded-Proto": ["http"],
        },
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": "stacks"},
        "stageVariables": None,
        "requestContext": {"requestId": "r"},
        "body": None,
        "isBase64Encoded": False,
    }


def test_the_root_is_a_resource_of_its_own() -> None:
    """A greedy path parameter does not match the root, which has no parameters."""
    event = event_of("/")

    assert (event["resource"], event["pathParameters"]) == ("/", None)


@given(TEXTS)
def test_paths_arrive_decoded(text: str) -> None:
    """The path, and the parameter that holds it, are what the client meant before it encoded."""
    event = event_of(f"/{quote(text, safe='/')}")

    assert event["path"] == f"/{text}"
    if parameters := event["pathParameters"]:
        assert event["resource"].replace("{proxy+}", parameters["proxy"]) == event["path"]
    else:
        assert event["resource"] == event["path"]


@pytest.mark.parametrize(
    ("path", "resource", "proxy"),
    [
        ("/v1/tokens", "/v1/tokens", None),
        ("/v1/tokens/", "/v1/{proxy+}", "tokens/"),
        ("/v1/tokens/0a/b", "/v1/tokens/{proxy+}", "0a/b"),
        ("/v1/tokensx", "/v1/{proxy+}", "tokensx"),
        ("/v1/", "/{proxy+}", "v1/"),
        ("/v1", "/{proxy+}", "v1"),
        ("/health", "/health", None),
        ("/health/x", "/{proxy+}", "health/x"),
    ],
)
def test_a_path_falls_under_the_nearest_resource(
    path: str, resource: str, proxy: str | None
) -> None:
    """The one that is named so, else the longest that has all that is behind it."""
    event = event_of(path)

    assert event["resource"] == resource
    assert event["pathParameters"] == (proxy and {"proxy": proxy})


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_queries_arrive_decoded(pairs: list[tuple[str, str]]) -> None:
    """Every value of a query arrives, in order; where there is room for one it is the last."""
    event = event_of(f"/v1?{urlencode(pairs)}")

    several = event["multiValueQueryStringParameters"] or {}
    assert {(name, value) for name in several for value in several[name]} == set(pairs)
    assert all(several[name] == [value for key, value in pairs if key == name] for name, _ in pairs)
    assert (event["queryStringParameters"] or {}) == dict(pairs)


@given(st.lists(st.tuples(NAMES, VALUES)))
def test_headers_arrive_as_they_were(headers: list[tuple[str, str]]) -> None:
    """Every value of a header arrives, in order, under the first spelling of its name."""
    event = event_of("/v1", *headers)

    several = {name.lower(): values for name, values in event["multiValueHeaders"].items()}
    assert all(
        several[name.lower()] == [value for key, value in headers if key.lower() == name.lower()]
        for name, _ in headers
    )
    assert event["headers"] == {
        name: values[-1] for name, values in event["multiValueHeaders"].items()
    }


@given(
    st.binary(max_size=100),
    st.sampled_from(["text/plain", "application/json; charset=utf-8", "application/x-tar", None]),
)
def test_bodies_arrive_byte_for_byte(body: bytes, kind: str | None) -> None:
    """No byte of a body is lost, whatever it says that it is; the event goes through JSON."""
    headers = [("Content-Type", kind)] if kind else []

    event = event_of("/v1", *headers, method="POST", body=body)

    assert bytes_of(json.loads(json.dumps(event))) == body


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/problem+json",
        "application/vnd.pulumi+8",
        "image/svg+xml",
        "text/x-python; charset=utf-8",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "application/zip",
    ],
)
def test_text_arrives_as_text(kind: str) -> None:
    """Text stays readable in the event; what is not known as text is in base64."""
    is_binary = kind.endswith(("+8", "octet-stream", "zip"))

    event = event_of("/v1", ("Content-Type", kind), method="POST", body=b"{}")

    assert event["isBase64Encoded"] is is_binary
    assert event["body"] == ("e30=" if is_binary else "{}")


def test_headers_of_the_connection_stay_there() -> None:
    """What is about this connection, or about the packing that was undone, is not passed on."""
    event = event_of(
        "/v1",
        ("Connection", "keep-alive"),
        ("Content-Length", "3"),
        ("content-encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("Authorization", "token"),
    )

    assert event["headers"] == {
        "Authorization": "token",
        "X-Forwarded-For": "10.0.0.1, 127.0.0.1",
        "X-Forwarded-Port": "4000",
        "X-Forwarded-Proto": "http",
    }
