"""A client's JSON is refused in a sentence, never stumbled over."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.errors import BadRequestError
from orchestrator.state.protocol.fields import (
    list_field,
    object_field,
    text_field,
    text_map_field,
    whole_number,
)
from protocol_client import ProtocolClient
from state_sites import Site, creation

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PATHS = (
    ("POST", "/api/stacks/organization/shop"),
    ("PATCH", "/api/stacks/organization/shop/dev/tags"),
    ("POST", "/api/stacks/organization/shop/dev/update"),
    ("POST", "/api/stacks/organization/shop/dev/preview"),
)
KEYS = st.sampled_from(
    ["stackName", "tags", "state", "options", "metadata", "config", "journalVersion", "deployment"]
)
BAD_BODIES = (
    b"{",
    b"nonsense",
    b"[]",
    b"1",
    b"null",
    b"NaN",
    b'{"a": NaN}',
    b"\xff\xfe",
    b"\x00",
    b'{"a": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
)


def test_fields() -> None:
    """Absent and null are empty; what is there must be of the type."""
    document: dict[str, Any] = {"text": "a", "list": [1], "object": {"b": "c"}, "null": None}

    assert text_field(document, "text") == "a"
    assert list_field(document, "list") == [1]
    assert object_field(document, "object") == {"b": "c"}
    assert text_map_field(document, "object") == {"b": "c"}
    for name in ("null", "absent"):
        assert text_field(document, name) == ""
        assert list_field(document, name) == []
        assert object_field(document, name) == {}
    for field in (text_field, list_field, object_field, text_map_field):
        with pytest.raises(BadRequestError, match="'number'"):
            field({"number": 1}, "number")
    with pytest.raises(BadRequestError, match="texts"):
        text_map_field({"map": {"a": 1}}, "map")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "١", "x", "+1", "1_0", "9" * 5000])
def test_no_whole_number(text: str) -> None:
    """Only ASCII digits are a number, and not too many of them."""
    with pytest.raises(BadRequestError):
        whole_number(text)


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_json_is_400(body: bytes) -> None:
    """A body that is not a reasonable JSON object is refused wherever one is read."""
    client = Site().client_with_stack()
    update = client.open_update()
    for method, path in PATHS:
        assert client.call(method, path, body).status == 400
    for call in ("events/batch", "complete"):
        assert update.by_lease("POST", call, body).status == 400


@given(body=st.dictionaries(KEYS, ANYTHING, max_size=5), path=st.sampled_from(PATHS))
def test_any_object_is_answered(body: dict[str, Any], path: tuple[str, str]) -> None:
    """Whatever the fields hold, the answer is a success or a refusal with its code."""
    reply = Site().client_with_stack().call(*path, body)

    assert reply.is_ok or reply.message


@given(
    body=st.dictionaries(
        st.sampled_from(["events", "status", "entries", "token"]),
        ANYTHING | st.lists(st.fixed_dictionaries({"summaryEvent": ANYTHING})),
        max_size=3,
    ),
    call=st.sampled_from(["events/batch", "complete", "renew_lease"]),
)
def test_any_object_under_a_lease_is_answered(body: dict[str, Any], call: str) -> None:
    """The same for the calls of an open update, which goes on afterwards."""
    client = Site().client_with_stack()
    update = client.open_update()

    reply = update.by_lease("POST", call, body)

    assert reply.is_ok or reply.message
    if call != "complete":
        assert update.append(*creation("a")).is_ok


def test_summary_counts_only_numbers() -> None:
    """What a summary event counts in anything but whole numbers is left out."""
    client: ProtocolClient = Site().client_with_stack()
    update = client.open_update()
    event = {"summaryEvent": {"resourceChanges": {"create": 2, "same": True, "odd": "x", "f": 1.5}}}
    assert update.by_lease(
        "POST", "events/batch", json.loads(json.dumps({"events": [event]}))
    ).is_ok
    assert update.complete().is_ok

    assert client.history()[0]["resourceChanges"] == {"create": 2}
