"""Events as requests of the protocol."""

import base64
import gzip
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_requests import as_base64, proxy_event
from orchestrator.state.errors import BadRequestError
from orchestrator.state.protocol.http import Request, RequestTooLargeError
from orchestrator.state_door.requests import LIMITS, backend_url, request_of
from state_door_site import DOMAIN, pulumi_event

GZIP = {"Content-Encoding": "gzip"}
BODY = b'{"entries": []}'


def event(
    body: str | None, headers: Mapping[str, str] | None = None, *, is_base64: bool = False
) -> dict[str, Any]:
    return proxy_event("POST", "/api/x", body=body, is_base64=is_base64, headers=headers)


@pytest.mark.parametrize(
    "sent",
    [
        event(BODY.decode()),
        event(as_base64(BODY), is_base64=True),
        event(as_base64(gzip.compress(BODY)), GZIP, is_base64=True),
        # Unpacked on its way, by a gateway that leaves the header.
        event(BODY.decode(), GZIP),
        event(as_base64(BODY), {"content-encoding": "gzip"}, is_base64=True),
    ],
)
def test_a_body_arrives_as_it_was_meant(sent: dict[str, Any]) -> None:
    """Packed or not, as text or in base64."""
    assert request_of(sent).body == BODY


def test_method_path_query_and_headers() -> None:
    """Names of headers are lower case."""
    sent = proxy_event("GET", "/api/user/stacks", query={"a": "1"}, headers={"X-One": "2"})

    request = request_of(sent)

    assert (request.method, request.path) == ("GET", "/api/user/stacks")
    assert (request.query, request.headers) == ({"a": "1"}, {"x-one": "2"})


def test_no_body_is_an_empty_one() -> None:
    """As a gateway tells of it."""
    assert request_of(event(None)).body == b""


@pytest.mark.parametrize(
    "sent",
    [
        event("no base64", is_base64=True),
        event(as_base64(gzip.compress(BODY)[:-1]), GZIP, is_base64=True),
        event("x", {"Content-Encoding": "br"}),
    ],
)
def test_a_body_that_cannot_be_read(sent: dict[str, Any]) -> None:
    """It is refused, and not guessed at."""
    with pytest.raises(BadRequestError):
        request_of(sent)


def test_a_body_that_grows_without_end() -> None:
    """What would fill the memory is refused with what a client understands."""
    bomb = gzip.compress(b" " * (LIMITS.unpacked_bytes + 1))

    with pytest.raises(RequestTooLargeError):
        request_of(event(as_base64(bomb), GZIP, is_base64=True))


def test_the_address_of_a_stage() -> None:
    """The stage is in the URL that a client uses, though not in the event's path."""
    sent = pulumi_event(Request("GET", "/api/user"), stage="/hoist")

    assert backend_url(sent) == f"https://{DOMAIN}/hoist"


def test_the_address_of_a_domain_of_ones_own() -> None:
    """Without a stage, and on the local front without TLS."""
    sent = pulumi_event(Request("GET", "/api/user", headers={"X-Forwarded-Proto": "http"}))

    assert backend_url(sent) == f"http://{DOMAIN}"
    assert backend_url(pulumi_event(Request("GET", "/api/user"))) == f"https://{DOMAIN}"


def test_no_address() -> None:
    """A gateway that tells no name leaves it empty."""
    assert backend_url(event(None)) == ""


_TEXTS = st.text(max_size=20)
_MAPPINGS = st.none() | st.dictionaries(_TEXTS, _TEXTS, max_size=3)


@given(
    body=st.none() | _TEXTS | st.binary(max_size=40).map(lambda it: base64.b64encode(it).decode()),
    is_base64=st.booleans() | st.none(),
    encoding=st.sampled_from(["gzip", "identity", "", "GZIP"]),
    headers=_MAPPINGS,
    query=_MAPPINGS,
    context=st.none() | st.fixed_dictionaries({}, optional={"domainName": _TEXTS, "path": _TEXTS}),
)
def test_any_event_is_read_or_refused(
    body: str | None,
    is_base64: bool | None,
    encoding: str,
    headers: dict[str, str] | None,
    query: dict[str, str] | None,
    context: dict[str, str] | None,
) -> None:
    """Whatever a gateway hands over."""
    sent = {
        "httpMethod": "POST",
        "path": "/api/user",
        "headers": {**(headers or {}), "Content-Encoding": encoding},
        "queryStringParameters": query,
        "requestContext": context,
        "body": body,
        "isBase64Encoded": is_base64,
    }
    try:
        request = request_of(sent)
    except BadRequestError:
        return
    assert request.query == (query or {})
