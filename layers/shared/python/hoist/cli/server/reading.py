"""Reads JSON into frozen dataclasses by their annotations.

What a class does not name is passed over, so that a newer server may say more. A field with a
default may be missing.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_Answer = TypeVar("_Answer")


class UnreadableError(ValueError):
    """The document is not what was expected."""


def read(kind: type[_Answer], document: Any) -> _Answer:
    """The document as this dataclass; raises UnreadableError."""
    answer: _Answer = _read(kind, document, at=kind.__name__)
    return answer


def _read(kind: Any, value: Any, *, at: str) -> Any:
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _read_fields(kind, value, at=at)
    if isinstance(kind, UnionType):
        return None if value is None else _read(_without_none(kind), value, at=at)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], each, at=at) for each in _as(list, value, at=at))
    if get_origin(kind) is Mapping:
        item = get_args(kind)[1]
        return {key: _read(item, each, at=at) for key, each in _as(dict, value, at=at).items()}
    return _instant(value, at=at) if kind is datetime else _as(kind, value, at=at)


def _read_fields(kind: Any, value: Any, *, at: str) -> Any:
    document, hints = _as(dict, value, at=at), _hints(kind)
    known = {}
    for field in fields(kind):
        if field.name in document:
            known[field.name] = _read(
                hints[field.name], document[field.name], at=f"{at}.{field.name}"
            )
        elif _is_required(field):
            raise UnreadableError(f"{at}.{field.name} is missing")
    return kind(**known)


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _as(kind: type, value: Any, *, at: str) -> Any:
    # JSON does not tell 2 from 2.0, and a bool is no number.
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise UnreadableError(f"{at} is no {kind.__name__}")
    return value


def _instant(value: Any, *, at: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_as(str, value, at=at))
    except ValueError as error:
        raise UnreadableError(f"{at} is no time") from error
    if instant.tzinfo is None:
        raise UnreadableError(f"{at} is a time without a zone")
    return instant.astimezone(UTC)


def _without_none(kind: UnionType) -> Any:
    (one,) = (each for each in get_args(kind) if each is not NoneType)
    return one


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
