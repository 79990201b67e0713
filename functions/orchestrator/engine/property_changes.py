"""What changes in a resource, property by property, as a person reads it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.state.secret_values import hidden

# A path such as `tags.owner` or `rules[0]["a.b"]`, taken apart.
_PATH_PART = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One changed property of a resource. Secret values read `[secret]`."""

    path: str
    kind: str
    """`add`, `delete` or `update`, and each of them with `-replace`."""
    old: str = ""
    new: str = ""


def changes_of(metadata: Mapping[str, Any]) -> tuple[PropertyChange, ...]:
    """The changes that a step's metadata tells of; what it does not tell shows as nothing."""
    old, new = object_at(metadata, "old"), object_at(metadata, "new")
    changes = []
    for path in object_at(metadata, "detailedDiff"):
        difference = object_at(metadata["detailedDiff"], path)
        # What the program asks for is in the inputs; drift is in the outputs of the old state.
        before = object_at(old, "inputs" if difference.get("inputDiff") else "outputs")
        changes.append(
            PropertyChange(
                path,
                str(difference.get("diffKind", "")),
                old=shown(_at(before, path)),
                new=shown(_at(object_at(new, "inputs"), path)),
            )
        )
    return tuple(changes)


def object_at(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object of that name; an empty one if there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _at(value: Any, path: str) -> Any:
    """Follow a path; None where it leads nowhere."""
    for quoted, index, name in _PATH_PART.findall(path):
        if index:
            value = value[int(index)] if _has_index(value, index) else None
        else:
            key = quoted.replace('\\"', '"') if quoted else name
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _has_index(value: Any, index: str) -> bool:
    # A number of thousands of digits is no index, and int() would refuse it.
    return isinstance(value, list) and len(index) < 10 and int(index) < len(value)


def shown(value: Any) -> str:
    """A property value as a person reads it; a secret never shows."""
    if value is None:
        return ""
    plain = hidden(value)
    return plain if isinstance(plain, str) else json.dumps(plain)
