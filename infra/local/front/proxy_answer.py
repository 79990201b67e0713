"""What a function answered, as HTTP: the proxy answer of payload format 1.0, checked strictly."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from local.front.errors import FunctionFailedError, MalformedAnswerError
from local.front.http_messages import Answer
from local.front.invoker import Invocation

_FIELDS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
# A line break here would let the function's data write headers of its own.
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# The connection decides about these.
_OF_THE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "content-length"}
)
_DEFAULT_TYPE = ("Content-Type", "application/json")


def answer_of(invocation: Invocation, *, most_bytes: int) -> Answer:
    """The answer that the invocation holds; raises FunctionFailedError, MalformedAnswerError."""
    if invocation.function_error is not None:
        raise FunctionFailedError(f"the function ended with an error: {_error_type(invocation)}")
    if len(invocation.payload) > most_bytes:
        raise MalformedAnswerError(f"the answer is above {most_bytes} bytes")
    document = _document(invocation.payload)
    headers = tuple(
        (name, value)
        for name, value in _headers(document)
        if name.lower() not in _OF_THE_CONNECTION
    )
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, _DEFAULT_TYPE)
    return Answer(_status(document), headers, _body(document))


def _document(payload: bytes) -> dict[str, Any]:
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("the answer is no JSON") from error
    if not isinstance(document, dict) or not document.keys() <= _FIELDS:
        raise MalformedAnswerError("the answer has other fields than a proxy answer")
    return document


def _status(document: dict[str, Any]) -> int:
    status = document.get("statusCode", 200)
    if isinstance(status, str) and re.fullmatch(r"[0-9]{3}", status, re.ASCII):
        status = int(status)
    # An interim answer is not the function's to give.
    if type(status) is not int or not 200 <= status <= 599:
        raise MalformedAnswerError("the answer's statusCode is no status of an answer")
    return status


def _headers(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    several = _mapping(document, "multiValueHeaders")
    named = {name.lower() for name in several}
    for name, value in _mapping(document, "headers").items():
        if name.lower() not in named:
            yield _checked(name, value)
    for name, values in several.items():
        if not isinstance(values, list):
            raise MalformedAnswerError(f"the values of the header {name!r} are no list")
        for value in values:
            yield _checked(name, value)


def _mapping(document: dict[str, Any], field: str) -> dict[str, Any]:
    value = document.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedAnswerError(f"the answer's {field} are no object")
    return value


def _checked(name: str, value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str | int | float):
        text = str(value)
    else:
        raise MalformedAnswerError(f"the value of the header {name!r} is no text")
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(text):
        raise MalformedAnswerError(f"the header {name!r} cannot be sent")
    return name, text


def _body(document: dict[str, Any]) -> bytes:
    body = document.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswerError("the answer's body is no text")
    try:
        # ValueError: a lone surrogate, letters outside of ASCII, or no base64.
        if document.get("isBase64Encoded") is True:
            return base64.b64decode(body, validate=True)
        return body.encode()
    except ValueError as error:
        raise MalformedAnswerError("the answer's body cannot be decoded") from error


def _error_type(invocation: Invocation) -> str:
    """The class of the error, for the log: its text may hold anything."""
    try:
        return str(json.loads(invocation.payload)["errorType"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "unknown"
