"""The bodies of requests on the loopback port: how long they are, and what they say unpacked."""

import re
import zlib
from dataclasses import dataclass
from email.message import Message

from orchestrator.state.errors import BadRequestError
from orchestrator.state.protocol.http import RequestTooLargeError

_MIB = 1024 * 1024
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What is taken in. A journal batch above it is split by the CLI, and comes in parts."""

    sent_bytes: int = 64 * _MIB
    unpacked_bytes: int = 256 * _MIB
    seconds: float = 60.0
    """How long a client may be silent in the middle of a request."""


def body_length(headers: Message, limits: BodyLimits) -> int:
    """The length that the headers tell; raises BadRequestError, RequestTooLargeError."""
    if headers.get("Transfer-Encoding"):
        raise BadRequestError("a transfer encoding is not understood", way_out="send a length")
    lengths = {text.strip() for text in headers.get_all("Content-Length", ["0"])}
    text = lengths.pop()
    if lengths or not _LENGTH.fullmatch(text):
        raise BadRequestError("the content length is not a number")
    if int(text) > limits.sent_bytes:
        raise _too_large(limits.sent_bytes)
    return int(text)


def unpacked(body: bytes, encoding: str, limits: BodyLimits) -> bytes:
    """The body as its sender meant it; raises BadRequestError, RequestTooLargeError."""
    match encoding:
        case "identity":
            return body
        case "gzip":
            return _gunzip(body, limits.unpacked_bytes)
    raise BadRequestError("this content encoding is not understood", way_out="use gzip or none")


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        inflated = inflater.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise BadRequestError("the body is no gzip") from error
    if len(inflated) > most_bytes:
        raise _too_large(most_bytes)
    if not inflater.eof:
        raise BadRequestError("the body is a truncated gzip")
    if inflater.unused_data:
        raise BadRequestError("the body goes on after its gzip has ended")
    return inflated


def _too_large(most_bytes: int) -> RequestTooLargeError:
    return RequestTooLargeError(
        f"this request is above {most_bytes} bytes", way_out="send it in smaller parts"
    )
