"""The two lists that a deployment is made of: resources of the base, and of this update.

Resources are replaced, never written into: base and entries belong to others.
"""

from collections.abc import Iterator, Sequence

from orchestrator.state.deployment import Resource


class OldResources:
    """The base's resources by index, with what the update has said about them."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources
        self._removed: set[int] = set()
        self._to_delete: set[int] = set()
        self._to_replace: set[int] = set()
        self._replaced_by: dict[int, Resource] = {}

    def __contains__(self, index: int) -> bool:
        return 0 <= index < len(self._resources)

    @property
    def marked(self) -> set[int]:
        """The indexes that anything was said about."""
        return self._removed | self._to_delete | self._to_replace | self._replaced_by.keys()

    def rebase(self, resources: Sequence[Resource]) -> None:
        """Put another base under the same marks."""
        self._resources = resources

    def remove(self, index: int) -> None:
        self._removed.add(index)

    def mark_for_deletion(self, index: int) -> None:
        self._to_delete.add(index)

    def mark_for_replacement(self, index: int) -> None:
        self._to_replace.add(index)

    def replace(self, index: int, state: Resource) -> None:
        """Put another state into the same place; a removal wins over it."""
        self._replaced_by[index] = state

    def remaining(self) -> Iterator[Resource]:
        for index, resource in enumerate(self._resources):
            if index not in self._removed:
                yield self._replaced_by.get(index) or self._with_marks(index, resource)

    def _with_marks(self, index: int, resource: Resource) -> Resource:
        marks = {}
        if index in self._to_replace:
            marks["pendingReplacement"] = True
        if index in self._to_delete:
            marks["delete"] = True
        return {**resource, **marks} if marks else resource


class NewResources:
    """The resources that steps of this update made, in the order in which those succeeded."""

    def __init__(self) -> None:
        self._resources: list[Resource] = []
        self._index_of: dict[int, int] = {}
        self._removed: set[int] = set()

    def __contains__(self, operation_id: int) -> bool:
        return operation_id in self._index_of

    def add(self, operation_id: int, state: Resource) -> None:
        self._index_of[operation_id] = len(self._resources)
        self._resources.append(state)

    def replace(self, operation_id: int, state: Resource) -> None:
        self._resources[self._index_of[operation_id]] = state

    def remove(self, operation_id: int) -> None:
        self._removed.add(self._index_of[operation_id])

    def mark_for_deletion(self, operation_id: int) -> None:
        self._mark(operation_id, "delete")

    def mark_for_replacement(self, operation_id: int) -> None:
        self._mark(operation_id, "pendingReplacement")

    def remaining(self) -> Iterator[Resource]:
        for index, resource in enumerate(self._resources):
            if index not in self._removed:
                yield resource

    def _mark(self, operation_id: int, flag: str) -> None:
        index = self._index_of[operation_id]
        self._resources[index] = {**self._resources[index], flag: True}
