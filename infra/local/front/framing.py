"""Where a request's body ends: by its length, or chunk by chunk, never by a guess.

Two who disagree about that can be made to see different requests in the same bytes.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus
from io import BufferedIOBase

from local.front.errors import RequestRefusedError
from local.front.head import RequestHead, malformed

_CRLF = b"\r\n"
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")
# Extensions and trailers say nothing to us; they only must end.
_CHUNK_HEAD_BYTES = 1024
_TRAILER_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class Framing:
    """How a body is sent; `length` is zero for one in chunks."""

    is_chunked: bool
    length: int

    @property
    def has_body(self) -> bool:
        return self.is_chunked or self.length > 0


def framing_of(head: RequestHead, *, most_bytes: int) -> Framing:
    """How the head says that the body is sent; raises RequestRefusedError."""
    encodings, lengths = head.values("Transfer-Encoding"), head.values("Content-Length")
    if encodings and lengths:
        raise malformed("a request has a length or a transfer encoding, not both")
    if encodings:
        if [value.lower() for value in encodings] != ["chunked"] or head.protocol == "HTTP/1.0":
            raise malformed("the transfer encoding is not understood")
        return Framing(is_chunked=True, length=0)
    if not lengths:
        return Framing(is_chunked=False, length=0)
    if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
        raise malformed("the content length is not a number")
    if int(lengths[0]) > most_bytes:
        raise too_long(most_bytes)
    return Framing(is_chunked=False, length=int(lengths[0]))


def read_body(reader: BufferedIOBase, framing: Framing, *, most_bytes: int) -> bytes:
    """The body, whole; raises RequestRefusedError."""
    if framing.is_chunked:
        return _read_chunks(reader, most_bytes)
    return _exactly(reader, framing.length)


def too_long(most_bytes: int) -> RequestRefusedError:
    """What API Gateway says of a body above its limit."""
    return RequestRefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"HTTP content length exceeded {most_bytes} bytes."
    )


def _read_chunks(reader: BufferedIOBase, most_bytes: int) -> bytes:
    body = bytearray()
    while size := _chunk_size(reader):
        if len(body) + size > most_bytes:
            raise too_long(most_bytes)
        body += _exactly(reader, size)
        if reader.read(len(_CRLF)) != _CRLF:
            raise malformed("a chunk is longer than was announced")
    _skip_trailers(reader)
    return bytes(body)


def _chunk_size(reader: BufferedIOBase) -> int:
    head = _CHUNK_HEAD.fullmatch(reader.readline(_CHUNK_HEAD_BYTES))
    if not head:
        raise malformed("the head of a chunk is malformed")
    return int(head[1], 16)


def _skip_trailers(reader: BufferedIOBase) -> None:
    left = _TRAILER_BYTES
    while (line := reader.readline(left)) != _CRLF:
        left -= len(line)
        if left <= 0 or not line.endswith(_CRLF):
            raise malformed("the trailers of the body are malformed")


def _exactly(reader: BufferedIOBase, length: int) -> bytes:
    data = reader.read(length)
    if len(data) < length:
        raise malformed("the body is shorter than was announced")
    return data
