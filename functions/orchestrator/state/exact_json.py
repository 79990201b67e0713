"""JSON that loses nothing on its way through: integers of any size, fractions of any precision."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any


def decode_json(body: bytes) -> Any:
    """Parse UTF-8 JSON; a number that no float holds exactly becomes a Decimal.

    Raises ValueError, whatever is wrong with the text.
    """
    try:
        return json.loads(body.decode(), parse_float=_exact_number, parse_constant=_refuse_constant)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError("the JSON has a number too large or is nested too deeply") from error


def encode_json(value: Any, *, sort_keys: bool = False) -> bytes:
    """Compact ASCII JSON; the same value always gives the same bytes."""
    try:
        text = json.dumps(
            value,
            separators=(",", ":"),
            sort_keys=sort_keys,
            allow_nan=False,
            default=_refuse_decimal,
        )
    except _HoldsDecimalError:
        text = "".join(_pieces(value, sort_keys=sort_keys))
    return text.encode()


def nests_deeper_than(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested more than `levels` deep."""
    containers = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        if not containers:
            return False
        containers = [
            child
            for container in containers
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
    return bool(containers)


class _HoldsDecimalError(Exception):
    """The fast encoder met a Decimal, which it cannot write."""


def _refuse_decimal(value: object) -> None:
    if isinstance(value, Decimal):
        raise _HoldsDecimalError
    raise TypeError(f"{type(value).__name__} is not JSON")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _exact_number(text: str) -> float | Decimal:
    number = float(text)
    if repr(number) == text or Decimal(repr(number)) == Decimal(text):
        return number
    return Decimal(text)


def _pieces(value: Any, *, sort_keys: bool) -> Iterator[str]:
    # Python's encoder has no hook for the text of a number. The engine itself computes with floats,
    # so that this slow way is only taken for states that somebody edited by hand.
    if isinstance(value, Decimal):
        yield str(value)
    elif isinstance(value, dict):
        names = sorted(value) if sort_keys else value
        members = (
            [json.dumps(name), ":", *_pieces(value[name], sort_keys=sort_keys)] for name in names
        )
        yield from _joined("{", members, "}")
    elif isinstance(value, list | tuple):
        yield from _joined("[", (_pieces(item, sort_keys=sort_keys) for item in value), "]")
    else:
        yield json.dumps(value, allow_nan=False)


def _joined(opening: str, members: Any, closing: str) -> Iterator[str]:
    yield opening
    for position, member in enumerate(members):
        if position:
            yield ","
        yield from member
    yield closing
