"""gzip before and after the function."""

import gzip
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.front.compression import packed, unpacked
from local.front.errors import RequestRefusedError
from local.front.head import RequestHead
from local.front.http_messages import Answer

MOST = 5000


def head(*headers: tuple[str, str]) -> RequestHead:
    return RequestHead("POST", "/", "HTTP/1.1", headers)


def unpack(body: bytes, *codings: str) -> bytes:
    return unpacked(body, head(*(("Content-Encoding", it) for it in codings)), most_bytes=MOST)


@given(st.binary(max_size=MOST))
def test_a_packed_body_is_unpacked(body: bytes) -> None:
    """What was packed with gzip comes out as it was; what was not packed is left as it is."""
    assert unpack(gzip.compress(body), "GZip") == body
    assert unpack(body) == unpack(body, "identity") == body


def test_a_body_that_unpacks_to_too_much() -> None:
    """A few bytes that stand for many are refused without unpacking them all."""
    bomb = gzip.compress(b"\0" * 50_000_000)

    with pytest.raises(RequestRefusedError) as caught:
        unpack(bomb, "gzip")
    assert caught.value.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@given(st.binary(max_size=100))
def test_any_bytes_are_unpacked_or_refused(body: bytes) -> None:
    """Bytes that are no gzip are a bad request."""
    with pytest.raises(RequestRefusedError) as caught:
        unpack(body, "gzip")
    assert caught.value.status is HTTPStatus.BAD_REQUEST


# Without a time in them: the names of tests must be the same in each process.
@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"body", mtime=0)[:-1], gzip.compress(b"body", mtime=0) + b"more"],
)
def test_a_gzip_that_is_not_whole(body: bytes) -> None:
    """A gzip that breaks off, or is followed by more, is a bad request."""
    with pytest.raises(RequestRefusedError) as caught:
        unpack(body, "gzip")
    assert caught.value.status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("codings", [["br"], ["gzip, gzip"], ["gzip", "gzip"]])
def test_other_codings_are_refused(codings: list[str]) -> None:
    """A coding that is not understood is named so, and not passed on unread."""
    with pytest.raises(RequestRefusedError) as caught:
        unpack(b"body", *codings)
    assert caught.value.status is HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize(
    ("offers", "takes_it"),
    [
        (["gzip"], True),
        (["br, GZIP;q=0.5"], True),
        (["br", "gzip"], True),
        (["*"], True),
        (["*;q=0, gzip"], True),
        (["gzip;q=0, *"], False),
        (["gzip; q=0.000"], False),
        (["br"], False),
        ([], False),
    ],
)
def test_answers_are_packed_for_who_takes_them(offers: list[str], takes_it: bool) -> None:
    """A long answer is packed exactly if the client says that it takes gzip."""
    answer = Answer(200, (("Content-Type", "text/plain"),), b"a" * 2000)

    sent = packed(answer, head(*(("Accept-Encoding", it) for it in offers)), from_bytes=1024)

    assert (sent.header("content-encoding") == "gzip") is takes_it
    assert (gzip.decompress(sent.body) if takes_it else sent.body) == answer.body


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, (), b"a" * 1023),
        Answer(200, (("content-encoding", "br"),), b"a" * 2000),
    ],
)
def test_some_answers_are_left_as_they_are(answer: Answer) -> None:
    """A short answer, or one that the function has packed, goes out unchanged."""
    assert packed(answer, head(("Accept-Encoding", "gzip")), from_bytes=1024) is answer
