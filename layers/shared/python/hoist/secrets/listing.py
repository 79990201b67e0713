"""Lists of secrets: filters, order and pages."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from hoist.secrets.answers import Filter
from hoist.secrets.identity import Place
from hoist.secrets.model import StoredSecret
from hoist.secrets.refusals import Code, RefusedError

_Entry = TypeVar("_Entry")

_TOKEN_PREFIX = "from-"
_NEVER = date.min

_ORDERS: dict[str, Callable[[StoredSecret], str | date | datetime]] = {
    "created-date": lambda secret: secret.created_at,
    "last-changed-date": lambda secret: secret.changed_at,
    "last-accessed-date": lambda secret: secret.last_accessed_on or _NEVER,
    "name": lambda secret: secret.name,
}


def matching(
    stored: Sequence[StoredSecret], filters: Sequence[Filter], place: Place
) -> list[StoredSecret]:
    """The secrets that pass every filter; of a filter's values one is enough."""
    for each in filters:
        _check_key(each.get("Key", ""))
    return [secret for secret in stored if all(_passes(secret, each, place) for each in filters)]


def ordered(
    stored: Sequence[StoredSecret], *, by: str | None, direction: str | None
) -> list[StoredSecret]:
    order = _ORDERS.get(by or "created-date")
    if order is None or direction not in (None, "asc", "desc"):
        raise RefusedError(Code.INVALID_PARAMETER, "There is no such SortBy or SortOrder.")
    # Names decide between equals, so that pages do not overlap.
    by_name = sorted(stored, key=lambda secret: secret.name)
    return sorted(by_name, key=order, reverse=direction == "desc")


def page(
    entries: Sequence[_Entry], *, size: int | None, token: str | None, largest: int = 100
) -> tuple[list[_Entry], str | None]:
    """One page, and the token of the next if there is one."""
    size = largest if size is None else size
    if not 1 <= size <= largest:
        raise RefusedError(Code.INVALID_PARAMETER, f"MaxResults must be from 1 to {largest}.")
    start = _start(token)
    end = start + size
    return list(entries[start:end]), f"{_TOKEN_PREFIX}{end}" if end < len(entries) else None


def _start(token: str | None) -> int:
    if token is None:
        return 0
    number = token.removeprefix(_TOKEN_PREFIX)
    if number == token or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise RefusedError(Code.INVALID_NEXT_TOKEN, "The NextToken is not of this list.")
    return int(number)


def _check_key(key: str) -> None:
    if key not in _FILTERED and key != "all":
        raise RefusedError(Code.INVALID_PARAMETER, f"There is no filter {key!r}.")


def _passes(secret: StoredSecret, asked: Filter, place: Place) -> bool:
    key, values = asked.get("Key", ""), asked.get("Values", ())
    refused = [value.removeprefix("!") for value in values if value.startswith("!")]
    wanted = [value for value in values if not value.startswith("!")]
    found = _texts(secret, key, place)
    if any(_begins(text, value, key) for text in found for value in refused):
        return False
    return not wanted or any(_begins(text, value, key) for text in found for value in wanted)


def _begins(text: str, value: str, key: str) -> bool:
    """By prefix; only `all` looks inside texts and at any case."""
    if key == "all":
        return value.casefold() in text.casefold()
    return text.startswith(value)


def _texts(secret: StoredSecret, key: str, place: Place) -> list[str]:
    if key == "primary-region":
        return [place.region]
    if key == "all":
        return [text for name in _FILTERED for text in _texts(secret, name, place)]
    return _FILTERED[key](secret)


_FILTERED: dict[str, Callable[[StoredSecret], list[str]]] = {
    "name": lambda secret: [secret.name],
    "description": lambda secret: [secret.description or ""],
    "tag-key": lambda secret: list(secret.tags),
    "tag-value": lambda secret: list(secret.tags.values()),
    # No secret in a file store belongs to a service or has replicas.
    "owning-service": lambda secret: [],
    "primary-region": lambda secret: [],
}
