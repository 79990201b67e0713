"""Whatever comes through the door gets an answer that a gateway takes, and never a 500."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access_sites import bearer, grant, issued_record
from api_estate import InMemoryEstate
from api_requests import proxy_event, reply_of
from hoist.access.tokens import new_token
from orchestrator.http_api.door import make_app
from orchestrator.http_api.openapi import routes

PARTS = st.one_of(
    st.sampled_from(["shop", "dev", "latest", "size", "aws:region", "..", "", "%2F", "a/b"]),
    st.text(max_size=20),
)
KNOWN_FIELDS = [
    *("project", "stack", "tags", "value", "secret", "digest", "size", "kind", "program"),
    *("options", "message", "resolution", "parallel", "targets", "import_pending_creates"),
    *("role", "stacks", "lifetime_seconds"),
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
    st.sampled_from(["shop", "dev", "up", "destroy", "retry", "a" * 64, "\ud800", "\x00"]),
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(KNOWN_FIELDS) | st.text(max_size=5), children, max_size=5)
    ),
    max_leaves=10,
)
QUERIES = st.dictionaries(
    st.sampled_from(["limit", "before", "after", "project", "force", "show_secrets"])
    | st.text(max_size=5),
    st.sampled_from(["1", "-1", "true", "2-3", "run-1", "..", "a/b"]) | st.text(max_size=10),
    max_size=3,
)


ADMIN = new_token()
AUTHORIZATIONS = st.one_of(
    *[st.just(bearer(ADMIN)["Authorization"])] * 4,
    st.builds(
        lambda scheme, text: f"{scheme} {text}",
        st.sampled_from(["Bearer", "token", "Basic", ""]) | st.text(max_size=5),
        st.sampled_from([new_token().text.reveal(), ADMIN.text.reveal()[:-1], ADMIN.id])
        | st.text(max_size=20),
    ),
)


@st.composite
def paths(draw: st.DrawFn) -> tuple[str, str]:
    """A method and a path: mostly of a route, with anything for its parts."""
    if draw(st.booleans()):
        route = draw(st.sampled_from(routes()))
        parts = [draw(PARTS) if part.startswith("<") else part for part in route.path.split("/")]
        return route.method, "/".join(parts)
    return draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"]) | st.text(max_size=8)), draw(
        st.text(max_size=40)
    )


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    method, path = draw(paths())
    is_base64 = draw(st.booleans())
    body = draw(
        st.one_of(
            st.none(), DOCUMENTS.map(json.dumps), st.binary(max_size=50), st.text(max_size=30)
        )
    )
    if isinstance(body, bytes) or (is_base64 and draw(st.booleans())):
        raw = body if isinstance(body, bytes) else (body or "").encode("utf-8", "replace")
        body, is_base64 = base64.b64encode(raw).decode(), True
    content_type = draw(st.sampled_from(["application/json"] * 4 + ["text/plain", ""]))
    key = draw(st.sampled_from(["", "k", "k" * 201]) | st.text(max_size=5))
    return proxy_event(
        method,
        path,
        query=draw(QUERIES),
        headers={
            "Content-Type": content_type,
            "Idempotency-Key": key,
            "Authorization": draw(AUTHORIZATIONS),
        },
        body=body,
        is_base64=is_base64,
    )


def lived_in() -> InMemoryEstate:
    """An installation with a stack, a value, an update's state and a run."""
    estate = InMemoryEstate(access_settings="{}")
    estate.access.put_token(issued_record(ADMIN, grant("admin"), at=estate.clock.now()))
    client = estate.client
    client.put("/v1/stacks/shop/dev/config/size", {"value": "3", "secret": True})
    estate.site().client().run_update()
    client.post("/v1/stacks/shop/dev/runs", {"kind": "up", "program": estate.upload()})
    return estate


def check_all(sent: list[dict[str, Any]]) -> None:
    estate = lived_in()
    app = make_app(estate, log=estate.log)
    for event in sent:
        reply = reply_of(app(event, None))
        assert estate.log.crashes == []
        assert reply.status < 500
        if event["headers"]["Authorization"] != bearer(ADMIN)["Authorization"]:
            assert reply.status == 401
        if reply.status >= 400:
            assert reply.code
        line = estate.log.lines[-1]
        assert line["status"] == reply.status
        assert event["path"] == "" or line["route"] in {"", *(route.path for route in routes())}


@given(st.lists(events(), max_size=5))
def test_every_event_gets_an_answer(sent: list[dict[str, Any]]) -> None:
    """Problems are told as problems, and nothing crashes."""
    check_all(sent)


@pytest.mark.fuzz
@settings(max_examples=2_000, derandomize=False)
@given(st.lists(events(), max_size=20))
def test_every_event_gets_an_answer_long(sent: list[dict[str, Any]]) -> None:
    """The same, for hours of somebody's trying."""
    check_all(sent)
