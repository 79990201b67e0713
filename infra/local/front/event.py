"""A request as an event of payload format 1.0, field for field what a REST API hands a function."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.front.http_messages import Request

ROOT = "/"
TOKENS = "/v1/tokens"
HEALTH_RESOURCES = frozenset({"/health", "/health/ready", "/health/live"})
EXACT_RESOURCES = frozenset({ROOT, TOKENS}) | HEALTH_RESOURCES
# The longest first. Each takes at least one more character.
GREEDY_PREFIXES = ("/v1/tokens/", "/v1/", "/")
_REST = "{proxy+}"

# They belong to the connection, or are said again by the gateway itself.
_NOT_PASSED_ON = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "expect", "content-length", "x-forwarded-port", "x-forwarded-proto"}
)
_TEXT_TYPES = frozenset(
    {"application/json", "application/xml", "application/javascript"}
    | {"application/x-www-form-urlencoded", "application/x-ndjson"}
)
_TEXT_SUFFIXES = ("+json", "+xml")

_Pairs = Iterable[tuple[str, str]]


def proxy_event(
    request: Request, body: bytes, context: Mapping[str, Any], *, port: int
) -> dict[str, Any]:
    """The event of a request whose unpacked body is `body`."""
    path = decoded_path(request)
    resource = resource_of(path)
    query = parse_qsl(request.raw_query, keep_blank_values=True)
    headers = _by_name(_passed_on(request, port))
    text, is_base64 = _body(body, request.head.values("Content-Type"))
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.head.method,
        "headers": _last_values(headers) or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _lists(query) or None,
        "pathParameters": _path_parameters(path, resource),
        "stageVariables": None,
        "requestContext": context,
        "body": text,
        "isBase64Encoded": is_base64,
    }


def decoded_path(request: Request) -> str:
    """The path with its percent signs resolved."""
    return unquote(request.raw_path)


def resource_of(path: str) -> str:
    """The API's resource that the path falls under."""
    if path in EXACT_RESOURCES:
        return path
    prefixes = (each for each in GREEDY_PREFIXES if path.startswith(each) and path != each)
    return f"{next(prefixes, ROOT)}{_REST}"


def _path_parameters(path: str, resource: str) -> dict[str, str] | None:
    if not resource.endswith(_REST):
        return None
    return {"proxy": path.removeprefix(resource.removesuffix(_REST))}


def _passed_on(request: Request, port: int) -> _Pairs:
    was_packed = "gzip" in (value.lower() for value in request.head.values("Content-Encoding"))
    withheld = _NOT_PASSED_ON | {"content-encoding"} if was_packed else _NOT_PASSED_ON
    came_by = ", ".join([*request.head.values("X-Forwarded-For"), request.client])
    for name, value in request.head.headers:
        if name.lower() not in withheld and name.lower() != "x-forwarded-for":
            yield name, value
    yield from (
        ("X-Forwarded-For", came_by),
        ("X-Forwarded-Port", str(port)),
        ("X-Forwarded-Proto", "http"),
    )


def _by_name(headers: _Pairs) -> dict[str, list[str]]:
    # One header under two spellings is still one header; the first spelling stands for both.
    spellings: dict[str, str] = {}
    return _lists((spellings.setdefault(name.lower(), name), value) for name, value in headers)


def _lists(pairs: _Pairs) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def _last_values(lists: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in lists.items()}


def _body(body: bytes, content_types: list[str]) -> tuple[str | None, bool]:
    """The body for the event, and whether it is base64: text as it is, anything else in base64."""
    if not body:
        return None, False
    if content_types and _is_text(content_types[-1]):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            # API Gateway would replace what it cannot read; no byte is lost here.
            pass
    return base64.b64encode(body).decode("ascii"), True


def _is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(_TEXT_SUFFIXES)
