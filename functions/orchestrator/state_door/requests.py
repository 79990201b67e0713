"""An event of the REST API as a request of the Pulumi Service's protocol."""

import base64
import binascii
from collections.abc import Mapping

from orchestrator.http_api.proxy_event import Event
from orchestrator.state.errors import BadRequestError
from orchestrator.state.loopback_bodies import BodyLimits, unpacked
from orchestrator.state.protocol.http import Request

_MIB = 1024 * 1024
# Lambda carries 6 MB of event; packed, this much may come in it, and it must fit into memory.
LIMITS = BodyLimits(sent_bytes=6 * _MIB, unpacked_bytes=64 * _MIB)
_GZIP_MAGIC = b"\x1f\x8b"


def request_of(event: Event) -> Request:
    """Raises BadRequestError, RequestTooLargeError."""
    headers = {str(name).lower(): str(value) for name, value in _texts(event, "headers").items()}
    return Request(
        method=str(event["httpMethod"]).upper(),
        path=str(event["path"]),
        query=_texts(event, "queryStringParameters"),
        headers=headers,
        body=_body(event, headers),
        backend_url=backend_url(event),
    )


def backend_url(event: Event) -> str:
    """The address by which the client reaches this API; empty if the gateway does not tell.

    It is that of `pulumi login`: the stage is a part of it, though not of the event's path.
    """
    context = event.get("requestContext") or {}
    domain, whole, path = (
        str(found or "")
        for found in (context.get("domainName"), context.get("path"), event.get("path"))
    )
    if not domain:
        return ""
    stage = whole.removesuffix(path) if whole.endswith(path) else ""
    return f"{_scheme(event)}://{domain}{stage}"


def _scheme(event: Event) -> str:
    # The gateway says it itself, whatever a client sent; the local front is the only one without
    # TLS.
    headers = {name.lower(): value for name, value in _texts(event, "headers").items()}
    return "http" if headers.get("x-forwarded-proto") == "http" else "https"


def _texts(event: Event, field: str) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in (event.get(field) or {}).items()}


def _body(event: Event, headers: Mapping[str, str]) -> bytes:
    body = _sent(event)
    # A gateway may unpack a body and leave the header that says it is packed.
    if headers.get("content-encoding", "identity") == "gzip" and not body.startswith(_GZIP_MAGIC):
        return body
    return unpacked(body, headers.get("content-encoding", "identity"), LIMITS)


def _sent(event: Event) -> bytes:
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequestError("the body cannot be decoded") from error
