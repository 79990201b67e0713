"""The two sides of a conflict, and in what they differ: names, and never a value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from orchestrator.state.checkpoints import State
from orchestrator.state.deployment import Resource
from orchestrator.state.records import UpdateRecord

# Their own names say more than that "inputs" differ.
_PROPERTIES = ("inputs", "outputs")


class DifferenceKind(StrEnum):
    """How a resource differs between the two."""

    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One resource that is not the same on both sides."""

    urn: str
    kind: DifferenceKind
    fields: tuple[str, ...] = ()
    """What differs of one that is on both: `id`, `inputs.size`."""


@dataclass(frozen=True, slots=True)
class ConflictSides:
    """`ours` is what the update made, None if it left nothing that could hold; `theirs` is the
    checkpoint as somebody else left it.
    """

    update: UpdateRecord
    ours: State | None
    theirs: State

    @property
    def differences(self) -> Sequence[Difference]:
        """By URN; nothing where there is only one side."""
        return [] if self.ours is None else list(differences(self.ours, self.theirs))


def differences(ours: State, theirs: State) -> Iterator[Difference]:
    """In what two states differ, resource by resource."""
    our_resources, their_resources = _by_identity(ours), _by_identity(theirs)
    for identity in sorted({*our_resources, *their_resources}):
        urn, _ = identity
        our, their = our_resources.get(identity), their_resources.get(identity)
        if our is None or their is None:
            only = DifferenceKind.ONLY_THEIRS if our is None else DifferenceKind.ONLY_OURS
            yield Difference(urn, only)
        elif fields := tuple(_differing(our, their)):
            yield Difference(urn, DifferenceKind.CHANGED, fields)


def _by_identity(state: State) -> Mapping[tuple[str, bool], Resource]:
    # One that was replaced may wait for its end beside its successor, under the same URN.
    return {(each["urn"], bool(each.get("delete"))): each for each in state.resources}


def _differing(our: Resource, their: Resource) -> Iterator[str]:
    for name in sorted({*our, *their}):
        ours, theirs = our.get(name), their.get(name)
        if name in _PROPERTIES and isinstance(ours, dict) and isinstance(theirs, dict):
            yield from (f"{name}.{each}" for each in _differing_names(ours, theirs))
        elif ours != theirs:
            yield name


def _differing_names(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Sequence[str]:
    names = sorted({*ours, *theirs})
    return [name for name in names if ours.get(name) != theirs.get(name)]
