"""Reading the head of a request."""

from http import HTTPStatus
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.front.errors import RequestRefusedError
from local.front.head import RequestHead, read_head

TOKENS = st.text("ABCXYZabcxyz019-_.!~", min_size=1, max_size=12)
VALUES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20
).filter(lambda text: not any(0x7F <= ord(letter) < 0xA0 for letter in text))
TARGETS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30).map(
    lambda text: f"/{text}"
)


def read(data: bytes, most_bytes: int = 10_240) -> RequestHead | None:
    return read_head(BytesIO(data), most_bytes=most_bytes)


def refused_with(data: bytes) -> HTTPStatus | None:
    """The status of the refusal, or None if it was read."""
    try:
        read(data)
    except RequestRefusedError as error:
        return error.status
    return None


@given(TOKENS, TARGETS, st.lists(st.tuples(TOKENS, VALUES)))
def test_what_was_written_is_read(method: str, target: str, headers: list[tuple[str, str]]) -> None:
    """Method, target and headers come back as they were, in order and with every repetition."""
    lines = "".join(f"{name}: {value} \r\n" for name, value in headers)
    data = f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")

    head = read(data)

    assert head == RequestHead(method, target, "HTTP/1.1", tuple(headers))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever is sent, it is a head, nothing, or a bad request."""
    assert refused_with(data) in (None, HTTPStatus.BAD_REQUEST)


@given(st.data(), st.binary(min_size=1, max_size=3))
def test_a_proper_head_with_other_bytes_in_it(data: st.DataObject, noise: bytes) -> None:
    """A head that was tampered with is still read or refused, and nothing else."""
    proper = b"GET /v1/stacks?a=b HTTP/1.1\r\nHost: 127.0.0.1:80\r\nA: b\r\n\r\n"
    place = data.draw(st.integers(0, len(proper)))
    tampered = proper[:place] + noise + proper[place:]

    assert refused_with(tampered) in (None, HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    "line",
    [
        "GET /",
        "GET  / HTTP/1.1",
        "GET / HTTP/2.0",
        "GET / http/1.1",
        "GET http://elsewhere/ HTTP/1.1",
        "GET * HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET /a\tb HTTP/1.1",
        "GE(T / HTTP/1.1",
        " GET / HTTP/1.1",
        "GET /\xe9 HTTP/1.1",
    ],
)
def test_a_malformed_request_line_is_refused(line: str) -> None:
    """A request line that two readers could read differently is a bad request."""
    with pytest.raises(RequestRefusedError, match="request line is malformed"):
        read(f"{line}\r\nHost: x\r\n\r\n".encode("latin-1"))


@pytest.mark.parametrize(
    "line",
    ["A", ": b", "A : b", "A: b\r\n  folded", "A: b\rB: c", "A: b\nB: c", "A: b\0", "Ä: b"],
)
def test_a_malformed_header_is_refused(line: str) -> None:
    """A header that two readers could read differently is a bad request."""
    with pytest.raises(RequestRefusedError, match="head of the request is malformed"):
        read(f"GET / HTTP/1.1\r\n{line}\r\n\r\n".encode("latin-1"))


@pytest.mark.parametrize("part", ["target", "header", "headers"])
def test_a_head_has_an_end(part: str) -> None:
    """A head above its limit is refused, whichever part of it is long."""
    target = "/" + "a" * (200 if part == "target" else 1)
    lines = {"header": f"A: {'b' * 200}\r\n", "headers": "A: b\r\n" * 40}.get(part, "")

    with pytest.raises(RequestRefusedError, match="above 150 bytes"):
        read(f"GET {target} HTTP/1.1\r\n{lines}\r\n".encode(), most_bytes=150)


def test_a_client_that_has_closed() -> None:
    """No bytes are no request."""
    assert read(b"") is None
    assert read(b"\r\n") is None


def test_an_empty_line_before_a_request_is_skipped() -> None:
    """One line break too many at the end of the request before does no harm."""
    head = read(b"\r\nGET / HTTP/1.1\r\n\r\n")

    assert head is not None
    assert head.target == "/"


@pytest.mark.parametrize(
    ("protocol", "header", "closes"),
    [
        ("HTTP/1.1", "", False),
        ("HTTP/1.1", "Connection: Keep-Alive\r\n", False),
        ("HTTP/1.1", "Connection: TE, Close\r\n", True),
        ("HTTP/1.0", "", True),
    ],
)
def test_who_closes(protocol: str, header: str, closes: bool) -> None:
    """A connection stays open unless the client says otherwise or is older than that."""
    head = read(f"GET / {protocol}\r\n{header}\r\n".encode())

    assert head is not None
    assert head.closes is closes
