"""Fields of a client's JSON object: absent and null are empty, another type is refused."""

from collections.abc import Mapping
from typing import Any

from orchestrator.state.errors import BadRequestError

# Python refuses to parse longer ones, and nobody means them.
_MOST_DIGITS = 18


def text_field(document: Mapping[str, Any], name: str) -> str:
    """A text; raises BadRequestError."""
    value = document.get(name)
    if not isinstance(value, str | None):
        raise BadRequestError(f"'{name}' must be text")
    return value or ""


def object_field(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object; raises BadRequestError."""
    value = document.get(name)
    if not isinstance(value, dict | None):
        raise BadRequestError(f"'{name}' must be an object")
    return value or {}


def list_field(document: Mapping[str, Any], name: str) -> list[Any]:
    """A list; raises BadRequestError."""
    value = document.get(name)
    if not isinstance(value, list | None):
        raise BadRequestError(f"'{name}' must be a list")
    return value or []


def text_map_field(document: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object whose values are texts; raises BadRequestError."""
    return text_map(object_field(document, name), name)


def text_map(value: Mapping[str, Any], name: str) -> dict[str, str]:
    """The object, if its values are texts; raises BadRequestError."""
    if not all(isinstance(item, str) for item in value.values()):
        raise BadRequestError(f"'{name}' must map names to texts")
    return dict(value)


def whole_number(text: str) -> int:
    """A number in an address; raises BadRequestError."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise BadRequestError(f"'{text[:100]}' is no whole number")
    return int(text)
