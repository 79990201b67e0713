"""gzip in both directions, as a REST API with a minimum compression size does it."""

import gzip
import re
import zlib
from dataclasses import replace
from http import HTTPStatus

from local.front.errors import RequestRefusedError
from local.front.framing import too_long
from local.front.head import RequestHead, malformed
from local.front.http_messages import Answer

# The bytes travel through this machine's memory: speed is all that counts.
_LEVEL = 1
_NO_WEIGHT = re.compile(r"q=0(\.0*)?")


def unpacked(body: bytes, head: RequestHead, *, most_bytes: int) -> bytes:
    """The body as its sender meant it; raises RequestRefusedError."""
    match [value.lower() for value in head.values("Content-Encoding")]:
        case [] | ["identity"]:
            return body
        case ["gzip"]:
            return _gunzip(body, most_bytes)
    raise RequestRefusedError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "of the content encodings, only gzip is understood"
    )


def packed(answer: Answer, head: RequestHead, *, from_bytes: int) -> Answer:
    """The answer, compressed if it is long enough, not yet encoded, and the client takes gzip."""
    if len(answer.body) < from_bytes or answer.header("Content-Encoding") is not None:
        return answer
    if not _takes_gzip(head):
        return answer
    return replace(
        answer,
        headers=(*answer.headers, ("Content-Encoding", "gzip")),
        body=gzip.compress(answer.body, _LEVEL, mtime=0),
    )


def _takes_gzip(head: RequestHead) -> bool:
    offers = {}
    for offer in ",".join(head.values("Accept-Encoding")).lower().split(","):
        coding, _, weight = offer.replace(" ", "").partition(";")
        offers[coding] = not _NO_WEIGHT.fullmatch(weight)
    return offers.get("gzip", offers.get("*", False))


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        inflated = inflater.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise malformed("the body is no gzip") from error
    if len(inflated) > most_bytes:
        raise too_long(most_bytes)
    if not inflater.eof or inflater.unused_data:
        raise malformed("the body is not one whole gzip")
    return inflated
