"""Where the body of a request ends."""

from http import HTTPStatus
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.front.errors import RequestRefusedError
from local.front.framing import Framing, framing_of, read_body
from local.front.head import RequestHead

MOST = 1000
CHUNKED = Framing(is_chunked=True, length=0)


def head(*headers: tuple[str, str], protocol: str = "HTTP/1.1") -> RequestHead:
    return RequestHead("POST", "/", protocol, headers)


def chunks(parts: list[bytes], extension: bytes = b"", trailers: bytes = b"") -> bytes:
    sent = b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)
    return sent + b"0\r\n" + trailers + b"\r\n"


@pytest.mark.parametrize(
    ("headers", "framing"),
    [
        ([], Framing(is_chunked=False, length=0)),
        ([("Content-Length", "12")], Framing(is_chunked=False, length=12)),
        ([("content-length", "0000")], Framing(is_chunked=False, length=0)),
        ([("transfer-encoding", "Chunked")], CHUNKED),
    ],
)
def test_how_a_body_is_sent(headers: list[tuple[str, str]], framing: Framing) -> None:
    """A length, chunks, or no body at all."""
    assert framing_of(head(*headers), most_bytes=MOST) == framing


@pytest.mark.parametrize(
    "headers",
    [
        [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
        [("Content-Length", "5"), ("Content-Length", "6")],
        [("Content-Length", "5"), ("Content-Length", "5")],
        [("Content-Length", "5, 5")],
        [("Content-Length", "-1")],
        [("Content-Length", "+5")],
        [("Content-Length", "0x5")],
        [("Content-Length", "5.0")],
        [("Content-Length", "²")],
        [("Content-Length", "")],
        [("Content-Length", "9" * 19)],
        [("Transfer-Encoding", "gzip, chunked")],
        [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "identity")],
        [("Transfer-Encoding", "xchunked")],
    ],
)
def test_what_two_readers_could_take_differently(headers: list[tuple[str, str]]) -> None:
    """A head that leaves open where its body ends is a bad request."""
    with pytest.raises(RequestRefusedError) as caught:
        framing_of(head(*headers), most_bytes=MOST)

    assert caught.value.status is HTTPStatus.BAD_REQUEST


def test_chunks_of_an_old_client() -> None:
    """HTTP/1.0 has no chunks."""
    with pytest.raises(RequestRefusedError):
        framing_of(head(("Transfer-Encoding", "chunked"), protocol="HTTP/1.0"), most_bytes=MOST)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=10), st.sampled_from([b"", b";a=b"]))
def test_chunks_are_put_together(parts: list[bytes], extension: bytes) -> None:
    """The body is what the chunks hold, and what follows it is left for the next request."""
    reader = BytesIO(chunks(parts, extension, b"Checksum: 1\r\n") + b"next")

    assert read_body(reader, CHUNKED, most_bytes=MOST) == b"".join(parts)
    assert reader.read() == b"next"


@given(st.binary(max_size=200))
def test_any_bytes_are_chunks_or_refused(data: bytes) -> None:
    """Whatever is sent as chunks, it is a body or a refusal."""
    try:
        refused_with = None
        read_body(BytesIO(data), CHUNKED, most_bytes=MOST)
    except RequestRefusedError as error:
        refused_with = error.status
    assert refused_with in (None, HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@given(st.data())
def test_chunks_that_break_off(data: st.DataObject) -> None:
    """A body in chunks that ends anywhere before its end is a bad request."""
    whole = chunks([b"one", b"two"], b";x", b"A: b\r\n")
    end = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(RequestRefusedError) as caught:
        read_body(BytesIO(whole[:end]), CHUNKED, most_bytes=MOST)
    assert caught.value.status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "data",
    [
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"3\nabc\r\n0\r\n\r\n",
        b"-3\r\nabc\r\n0\r\n\r\n",
        b" 3\r\nabc\r\n0\r\n\r\n",
        b"3_0\r\nabc\r\n0\r\n\r\n",
        b"fffffffff\r\nabc\r\n0\r\n\r\n",
        b"0\r\nA: b\n\r\n",
        b"0\r\n" + b"A: b\r\n" * 2000 + b"\r\n",
        b"3;" + b"x" * 2000 + b"\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_malformed_chunks(data: bytes) -> None:
    """Chunks that do not follow the letter of HTTP are a bad request."""
    with pytest.raises(RequestRefusedError) as caught:
        read_body(BytesIO(data), CHUNKED, most_bytes=MOST)
    assert caught.value.status is HTTPStatus.BAD_REQUEST


def test_bodies_above_the_limit() -> None:
    """A long body is refused before it is read, by its length or by the chunk that is too much."""
    with pytest.raises(RequestRefusedError, match="exceeded 1000 bytes") as by_length:
        framing_of(head(("Content-Length", "1001")), most_bytes=MOST)
    with pytest.raises(RequestRefusedError, match="exceeded 1000 bytes") as by_chunks:
        read_body(BytesIO(chunks([b"a" * 600] * 2)), CHUNKED, most_bytes=MOST)

    statuses = (by_length.value.status, by_chunks.value.status)
    assert statuses == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE,) * 2


def test_a_body_at_the_limit() -> None:
    """The limit itself is allowed."""
    assert framing_of(head(("Content-Length", "1000")), most_bytes=MOST).length == 1000
    whole = read_body(BytesIO(chunks([b"a" * 500] * 2)), CHUNKED, most_bytes=MOST)
    assert len(whole) == MOST


def test_a_body_that_breaks_off() -> None:
    """A body that is shorter than its length is a bad request."""
    with pytest.raises(RequestRefusedError, match="shorter"):
        read_body(BytesIO(b"abc"), Framing(is_chunked=False, length=4), most_bytes=MOST)
