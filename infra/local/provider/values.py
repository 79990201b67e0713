"""Properties as plain Python: what JSON has, and two markers for what it has not.

The engine writes unknown values as well-known strings and secrets as objects with a signature
key; here they are `UNKNOWN` and `SecretValue`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from google.protobuf import struct_pb2

Properties = dict[str, Any]


class Unknown(Enum):
    """A value that a preview cannot know yet."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class SecretValue:
    """A property that the engine keeps encrypted; it may be any value, not only a string."""

    value: Any

    def __repr__(self) -> str:
        return "SecretValue(**********)"


# The engine's own constants. It writes the first for every unknown of no particular type.
_UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN_TEXTS = frozenset(
    {
        _UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # names a kind, hides nothing
_RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def decode(struct: struct_pb2.Struct) -> Properties:
    """The properties in a message from the engine."""
    return {key: _decode_value(value) for key, value in struct.fields.items()}


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The properties as a message for the engine; unknowns and secrets become what it expects."""
    struct = struct_pb2.Struct()
    _fill_struct(struct, properties)
    return struct


def reveal(value: Any) -> Any:
    """The value with every secret in it laid open; unknowns stay."""
    if isinstance(value, SecretValue):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [reveal(inner) for inner in value]
    return value


def contains_secret(value: Any) -> bool:
    """Whether any part of the value is secret."""
    return _any_part(value, lambda part: isinstance(part, SecretValue))


def contains_unknown(value: Any) -> bool:
    """Whether any part of the value is not known yet."""
    return _any_part(value, lambda part: part is UNKNOWN)


def secret_texts(value: Any) -> frozenset[str]:
    """Every text in the value that is secret, for those who must not show it."""
    return frozenset(_texts(value, is_secret=False))


def keep_secrets(properties: Properties, like: Mapping[str, Any]) -> Properties:
    """`properties` with every value made secret whose namesake in `like` holds a secret.

    Objects are compared field by field, so that one secret field does not hide the others; a list
    becomes secret as a whole, since a cloud may answer in another order.
    """
    return {
        key: _kept_secret(value, like[key]) if key in like else value
        for key, value in properties.items()
    }


def _kept_secret(value: Any, like: Any) -> Any:
    if isinstance(value, SecretValue) or not contains_secret(like):
        return value
    if isinstance(value, dict) and isinstance(like, dict):
        return keep_secrets(value, like)
    return SecretValue(value)


def _texts(value: Any, *, is_secret: bool) -> Iterator[str]:
    match value:
        case SecretValue(value=inner):
            yield from _texts(inner, is_secret=True)
        case dict():
            for inner in value.values():
                yield from _texts(inner, is_secret=is_secret)
        case list():
            for inner in value:
                yield from _texts(inner, is_secret=is_secret)
        case str() if is_secret and value:
            yield value


def _any_part(value: Any, is_it: Callable[[Any], bool]) -> bool:
    if is_it(value):
        return True
    if isinstance(value, SecretValue):
        return _any_part(value.value, is_it)
    if isinstance(value, dict):
        return any(_any_part(inner, is_it) for inner in value.values())
    return isinstance(value, list) and any(_any_part(inner, is_it) for inner in value)


def _decode_value(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if text in _UNKNOWN_TEXTS else text
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode_value(inner) for inner in value.list_value.values]
        case "struct_value":
            return _unwrapped(decode(value.struct_value))
        case _:
            return None


def _unwrapped(fields: Properties) -> Any:
    match fields.get(_SIGNATURE_KEY):
        case signature if signature == _SECRET_SIGNATURE:
            return SecretValue(fields.get("value"))
        case signature if signature == _OUTPUT_SIGNATURE:
            known = fields.get("value", UNKNOWN)
            return SecretValue(known) if fields.get("secret") else known
        case signature if signature == _RESOURCE_SIGNATURE:
            # A resource given as a value stands for its id, or for its URN if it has none.
            return fields.get("id") or fields.get("urn")
        case _:
            return fields


def _fill_struct(struct: struct_pb2.Struct, properties: Mapping[str, Any]) -> None:
    for key, value in properties.items():
        _fill(struct.fields[key], value)


def _fill(target: struct_pb2.Value, value: Any) -> None:
    match value:
        case dict():
            target.struct_value.SetInParent()
            _fill_struct(target.struct_value, value)
        case list() | tuple():
            target.list_value.SetInParent()
            for inner in value:
                _fill(target.list_value.values.add(), inner)
        case SecretValue(value=inner):
            _fill_struct(target.struct_value, {_SIGNATURE_KEY: _SECRET_SIGNATURE, "value": inner})
        case Unknown.UNKNOWN:
            target.string_value = _UNKNOWN_TEXT
        case _:
            _fill_scalar(target, value)


def _fill_scalar(target: struct_pb2.Value, value: Any) -> None:
    match value:
        case None:
            target.null_value = struct_pb2.NULL_VALUE
        case bool():
            target.bool_value = value
        case int() | float():
            target.number_value = value
        case str():
            target.string_value = value
        case _:
            raise TypeError(f"a {type(value).__name__} is not a property value")
