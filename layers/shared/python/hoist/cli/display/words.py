"""What the engine's step operations are called on a screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from hoist.operation_events import OperationName


@dataclass(frozen=True, slots=True)
class StepWords:
    """How one kind of step is told, planned, under way and done."""

    sign: str
    planned: str
    doing: str
    done: str
    style: str


SAME = "same"
REPLACE = "replace"
CREATE_REPLACEMENT = "create-replacement"
DELETE_REPLACED = "delete-replaced"

_WORDS: Mapping[str, StepWords] = {
    "create": StepWords("+", "create", "creating", "created", "green"),
    "update": StepWords("~", "update", "updating", "updated", "yellow"),
    "delete": StepWords("-", "delete", "deleting", "deleted", "red"),
    REPLACE: StepWords("±", "replace", "replacing", "replaced", "magenta"),
    CREATE_REPLACEMENT: StepWords(
        "±", "create replacement", "creating replacement", "created replacement", "magenta"
    ),
    DELETE_REPLACED: StepWords(
        "±", "delete original", "deleting original", "deleted original", "magenta"
    ),
    SAME: StepWords("=", "unchanged", "checking", "unchanged", "dim"),
    "read": StepWords("<", "read", "reading", "read", "cyan"),
    "import": StepWords("<", "import", "importing", "imported", "green"),
    "refresh": StepWords("?", "refresh", "refreshing", "refreshed", "cyan"),
}
# A refresh changes nothing in the cloud: it finds what others did.
_REFRESH_WORDS: Mapping[str, StepWords] = {
    "update": StepWords("~", "drifted", "refreshing", "drifted", "yellow"),
    "delete": StepWords("-", "gone", "refreshing", "gone", "red"),
}


def words_of(step_operation: str, *, within: OperationName) -> StepWords:
    """The words for a step; one that is not known here is called as the engine calls it."""
    if within is OperationName.REFRESH and step_operation in _REFRESH_WORDS:
        return _REFRESH_WORDS[step_operation]
    unknown = StepWords("*", step_operation, step_operation, step_operation, "")
    return _WORDS.get(step_operation, unknown)


def counted(changes: Mapping[str, int], *, within: OperationName) -> str:
    """The numbers of changes in a sentence's part, what is unchanged last; empty for none."""
    kinds = sorted(
        (kind for kind, count in changes.items() if count), key=lambda kind: kind == SAME
    )
    return ", ".join(f"{changes[kind]} {_in_a_count(kind, within)}" for kind in kinds)


def _in_a_count(kind: str, within: OperationName) -> str:
    words = words_of(kind, within=within)
    is_plan = within is OperationName.PREVIEW and kind != SAME
    return f"to {words.planned}" if is_plan else words.done


def short_type(resource_type: str) -> str:
    """`aws:s3/bucket:Bucket` as `aws:s3:Bucket`: the part between says nothing new."""
    package, _, rest = resource_type.partition(":")
    module, _, name = rest.partition(":")
    folder, _, file = module.partition("/")
    if file and file.lower() == name.lower():
        return f"{package}:{folder}:{name}"
    return resource_type


def name_in(urn: str) -> str:
    """A resource's name, the last part of its URN."""
    return urn.split("::", 3)[-1]


def type_in(urn: str) -> str:
    """A resource's type, from the URN's chain of types; empty if it is no URN."""
    parts = urn.split("::")
    return parts[2].rsplit("$", 1)[-1] if len(parts) > 3 else ""
