"""What a REST API's event says, and the same event with plain text for a body."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from orchestrator.http_api.errors import BodyTooLargeError, ContentTypeError, RequestInvalidError
from orchestrator.http_api.segments import quoted_path
from orchestrator.state.exact_json import decode_json

Event = Mapping[str, Any]

# The largest body that is understood is a config value, and a stack's config has 300 KB in all.
MAX_BODY_BYTES = 1024 * 1024
_JSON = "application/json"
_PULUMI = "/api/"
_READING = frozenset({"GET", "HEAD"})


def is_request(event: Event) -> bool:
    return "httpMethod" in event


def is_for_pulumi(event: Event) -> bool:
    """Whether a Pulumi client asks for its backend."""
    return str(event.get("path") or "").startswith(_PULUMI)


def is_reading(event: Event) -> bool:
    return str(event["httpMethod"]).upper() in _READING


def user_arn(event: Event) -> str:
    """The IAM identity that signed the request, as the gateway found; empty if none did."""
    return _identity(event, "userArn")


def source_ip(event: Event) -> str:
    """The address that the request came from; empty if the gateway gave none."""
    return _identity(event, "sourceIp")


def user_agent(event: Event) -> str:
    """What the client says that it is; empty if it says nothing."""
    return _identity(event, "userAgent")


def _identity(event: Event, name: str) -> str:
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return str(identity.get(name) or "")


def request_id(event: Event) -> str:
    """The gateway's own id of the request; empty if it gave none."""
    return str((event.get("requestContext") or {}).get("requestId") or "")


def plain_event(event: Event) -> dict[str, Any]:
    """The event with its body as JSON text, and with a path that has a route's parts.

    Raises RequestInvalidError, BodyTooLargeError, ContentTypeError.
    """
    headers = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
    body = None if is_reading(event) else _body_text(event, headers)
    return {
        **event,
        "path": quoted_path(str(event.get("path") or "/")),
        # Powertools knows only this spelling of it.
        "headers": {**headers, "content-type": _JSON},
        "body": body,
        "isBase64Encoded": False,
    }


def json_object(text: str) -> dict[str, Any]:
    """The body as a JSON object; raises RequestInvalidError."""
    try:
        document = decode_json(text.encode())
    except ValueError as error:
        raise RequestInvalidError("the body is no JSON") from error
    if not isinstance(document, dict):
        raise RequestInvalidError("the body is no JSON object")
    return document


def _body_text(event: Event, headers: Mapping[str, Any]) -> str | None:
    body = event.get("body") or ""
    if not body:
        return None
    _refuse_other_types(headers)
    # Encoded, it is a third longer.
    if len(body) > MAX_BODY_BYTES * 2:
        raise _too_large()
    text = _decoded(body) if event.get("isBase64Encoded") else str(body)
    if len(text.encode("utf-8", "replace")) > MAX_BODY_BYTES:
        raise _too_large()
    return text


def _refuse_other_types(headers: Mapping[str, Any]) -> None:
    """A web page may send anything but JSON to any address without asking there first."""
    content_type = str(headers.get("content-type") or "").partition(";")[0].strip().lower()
    encoding = str(headers.get("content-encoding") or "identity").strip().lower()
    if content_type != _JSON or encoding != "identity":
        raise ContentTypeError


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise RequestInvalidError("the body is no UTF-8 text") from error


def _too_large() -> BodyTooLargeError:
    return BodyTooLargeError(
        f"the body is above {MAX_BODY_BYTES} bytes",
        way_out="programs go to the address that POST /v1/programs tells",
    )
