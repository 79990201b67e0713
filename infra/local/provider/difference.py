"""What changed between two sets of inputs, in the engine's terms."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from local.provider.values import UNKNOWN, Properties, reveal

# Two values of the named property: do they mean the same?
Same = Callable[[str, Any, Any], bool]


class Change(Enum):
    """How one property differs."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes by property path; `replaces` are the top-level names that force a new resource."""

    changes: Mapping[str, Change]
    replaces: frozenset[str] = frozenset()
    delete_before_replace: bool = False

    @property
    def properties(self) -> list[str]:
        """The top-level names of what changed."""
        return sorted({top_level(path) for path in self.changes})

    def replaces_by(self, path: str) -> bool:
        """Whether the change at this path is one that forces the new resource."""
        return top_level(path) in self.replaces


def difference(
    old: Properties,
    new: Properties,
    *,
    replacing: frozenset[str] = frozenset(),
    same: Same = lambda _name, old_value, new_value: bool(old_value == new_value),
) -> Difference:
    """Compare inputs; a change to a property in `replacing` asks for a replacement.

    Absent and null are the same. A value that is not known yet counts as a change, so that a
    preview shows it. Property names that begin with two underscores are the provider's notes.
    """
    changes: dict[str, Change] = {}
    old_plain, new_plain = reveal(old), reveal(new)
    for name in sorted(old_plain.keys() | new_plain.keys()):
        old_value, new_value = old_plain.get(name), new_plain.get(name)
        if name.startswith("__") or same(name, old_value, new_value):
            continue
        changes.update(_changes(name, old_value, new_value))
    changed = frozenset(top_level(path) for path in changes)
    return Difference(changes=changes, replaces=changed & replacing)


def top_level(path: str) -> str:
    """The property that a path begins with."""
    return path.partition(".")[0].partition("[")[0]


def _changes(path: str, old: Any, new: Any) -> Iterator[tuple[str, Change]]:
    if old == new and new is not UNKNOWN:
        return
    if old is None:
        yield path, Change.ADD
    elif new is None:
        yield path, Change.DELETE
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _changes(path + _step(key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_changes(path, old, new)
    else:
        yield path, Change.UPDATE


def _list_changes(path: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, Change]]:
    for index in range(max(len(old), len(new))):
        old_item = old[index] if index < len(old) else None
        new_item = new[index] if index < len(new) else None
        yield from _changes(f"{path}[{index}]", old_item, new_item)


def _step(key: str) -> str:
    if key.isidentifier():
        return f".{key}"
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'
