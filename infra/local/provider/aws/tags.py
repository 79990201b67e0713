"""Tags as most services take them: a list of keys and values."""

from collections.abc import Iterable, Mapping
from typing import Any


def as_list(tags: Mapping[str, str], *, key: str = "Key", value: str = "Value") -> list[Any]:
    """Tags as AWS's list."""
    return [{key: name, value: text} for name, text in tags.items()]


def as_mapping(
    tags: Iterable[Mapping[str, Any]], *, key: str = "Key", value: str = "Value"
) -> dict[str, str]:
    """AWS's list as tags; its own, which nobody may set, are left out."""
    return {tag[key]: tag[value] for tag in tags if not tag[key].startswith("aws:")}


def removed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The keys to take away; the rest is written over."""
    return sorted(before.keys() - after.keys())
