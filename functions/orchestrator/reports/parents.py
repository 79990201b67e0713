"""Who is whose parent: the engine's steps do not say, a state does, a URN says half of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from orchestrator.state.urn import ROOT_STACK_TYPE, Urn, is_urn


class Parents:
    """Parents of a state's resources, and of new ones where only one resource can be it.

    A URN has its parent's type, not its name. Where two resources of that type are there, the
    parent is not known; nothing is guessed.
    """

    def __init__(self, resources: Iterable[Mapping[str, Any]]) -> None:
        self._known: dict[str, str] = {}
        self._by_type: dict[str, set[str]] = {}
        for resource in resources:
            self._known[resource["urn"]] = resource.get("parent", "")
            self._note(resource["urn"])

    def parent_of(self, urn: str) -> str:
        """The parent's URN; empty for the stack itself, and where it is not known."""
        if not is_urn(urn):
            return ""
        if urn in self._known:
            return self._known[urn]
        self._note(urn)
        candidates = self._by_type.get(_parent_type(Urn.parse(urn)), set())
        return next(iter(candidates)) if len(candidates) == 1 else ""

    def _note(self, urn: str) -> None:
        if is_urn(urn):
            self._by_type.setdefault(Urn.parse(urn).qualified_type, set()).add(urn)


def _parent_type(urn: Urn) -> str:
    if urn.qualified_type == ROOT_STACK_TYPE:
        return ""
    return urn.qualified_type.rpartition("$")[0] or ROOT_STACK_TYPE
