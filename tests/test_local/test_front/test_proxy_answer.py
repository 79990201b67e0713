"""What functions answer, and what becomes of it."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.front.errors import FunctionFailedError, MalformedAnswerError
from local.front.http_messages import Answer
from local.front.invoker import Invocation
from local.front.proxy_answer import answer_of

pytestmark = pytest.mark.thorough

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)
FIELDS = st.sampled_from(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"])


def answer(document: Any, most_bytes: int = 10_000) -> Answer:
    return answer_of(Invocation(json.dumps(document).encode()), most_bytes=most_bytes)


def test_a_whole_answer() -> None:
    """Status, headers of both kinds and the body come out as the function meant them."""
    found = answer(
        {
            "statusCode": 201,
            "headers": {"X-One": "1", "Set-Cookie": "lost", "X-True": True, "X-Number": 7},
            "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]},
            "body": "grüße",
            "isBase64Encoded": False,
        }
    )

    assert found == Answer(
        201,
        (
            ("X-One", "1"),
            ("X-True", "true"),
            ("X-Number", "7"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("Content-Type", "application/json"),
        ),
        "grüße".encode(),
    )


def test_an_empty_answer() -> None:
    """No field is needed, and null stands for a field that is left out."""
    empty = Answer(200, (("Content-Type", "application/json"),), b"")

    assert answer({}) == answer({"headers": None, "body": None}) == empty
    assert answer({"statusCode": "404"}).status == 404


@given(st.binary(max_size=200))
def test_bytes_come_out_of_base64(body: bytes) -> None:
    """A body in base64 is sent as the bytes that it stands for."""
    text = base64.b64encode(body).decode()

    assert answer({"body": text, "isBase64Encoded": True}).body == body


def test_the_framing_is_not_the_functions() -> None:
    """A function does not decide where its answer ends or what becomes of the connection."""
    headers = {"Content-Length": "1", "Transfer-Encoding": "chunked", "connection": "close"}

    assert answer({"headers": headers}).headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {"status": 200},
        {"statusCode": 200, "cookies": []},
        {"statusCode": 199},
        {"statusCode": 600},
        {"statusCode": True},
        {"statusCode": 200.5},
        {"statusCode": "many"},
        {"statusCode": None},
        {"headers": []},
        {"headers": {"A": None}},
        {"headers": {"A": ["b"]}},
        {"headers": {"A b": "c"}},
        {"headers": {"": "c"}},
        {"headers": {"A": "b\r\nSet-Cookie: c"}},
        {"headers": {"A": "b\nc"}},
        {"headers": {"A": "\0"}},
        {"headers": {"A": "\u20ac"}},
        {"multiValueHeaders": {"A": "b"}},
        {"multiValueHeaders": {"A": [None]}},
        {"body": {"a": 1}},
        {"body": "\ud800"},
        {"body": "not base64!", "isBase64Encoded": True},
        {"body": "grüße", "isBase64Encoded": True},
    ],
)
def test_what_is_no_proxy_answer(document: Any) -> None:
    """An answer that API Gateway would not take is malformed; none reaches the client."""
    with pytest.raises(MalformedAnswerError):
        answer(document)


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": 1} x'])
def test_what_is_no_json(payload: bytes) -> None:
    """Bytes that are no JSON are a malformed answer."""
    with pytest.raises(MalformedAnswerError):
        answer_of(Invocation(payload), most_bytes=1_000_000)


@given(JSON | st.dictionaries(FIELDS, JSON))
def test_any_json_is_an_answer_or_malformed(document: Any) -> None:
    """Whatever a function returns, what is sent has a status, proper headers and bytes."""
    try:
        found = answer(document)
    except MalformedAnswerError:
        return
    assert 200 <= found.status <= 599
    lines = "".join(f"{name}{value}" for name, value in found.headers)
    assert not {"\r", "\n"} & set(lines)
    assert lines.encode("latin-1")


def test_an_answer_above_the_limit() -> None:
    """An answer that Lambda would not give back is malformed; one at the limit is not."""
    document = {"body": "a" * 1000}
    size = len(json.dumps(document))

    assert answer(document, most_bytes=size).body == b"a" * 1000
    with pytest.raises(MalformedAnswerError, match="above"):
        answer(document, most_bytes=size - 1)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b'{"errorType": "KeyError", "errorMessage": "secret"}', "KeyError"),
        (b"{}", "unknown"),
        (b"[]", "unknown"),
        (b"{", "unknown"),
    ],
)
def test_a_function_that_failed(payload: bytes, kind: str) -> None:
    """The error tells the class of the function's error and nothing of its text."""
    with pytest.raises(FunctionFailedError, match=kind) as caught:
        answer_of(Invocation(payload, "Unhandled"), most_bytes=1000)
    assert "secret" not in str(caught.value)
