"""Stacks: making, finding, changing and removing them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hoist.clock import Clock
from orchestrator.state.checkpoints import State, read_state, write_first_checkpoint
from orchestrator.state.errors import (
    BadRequestError,
    RecordChangedError,
    StackExistsError,
    StackNotFoundError,
)
from orchestrator.state.ids import new_stack_id
from orchestrator.state.names import StackName, stacks_partition
from orchestrator.state.record_changes import change_record
from orchestrator.state.record_documents import document_of, stack_in
from orchestrator.state.records import SecretsProvider, StackRecord
from orchestrator.state.stack_removal import begin_removal, remove_rest
from orchestrator.state.storage import Storage

CHECKPOINTS = ".pulumi/stacks/"
# A bare CLI may leave compressed ones.
_ENDINGS = (".json", ".json.gz", ".json.zst")


class Stacks:
    """The stacks of a store."""

    def __init__(self, storage: Storage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def create(
        self,
        name: StackName,
        *,
        tags: Mapping[str, str],
        secrets: Callable[[str], SecretsProvider | None],
        given: Mapping[str, Any] | None = None,
    ) -> StackRecord:
        """Make an empty stack; `secrets` gets its new id and answers with its secrets provider.

        `given` is the empty deployment that a client brings: its first export must name the
        secrets provider that the client chose, of whatever type it is. A checkpoint that is
        already in the store is adopted instead, with the data key that it names.
        Raises StackExistsError.
        """
        if self.find(name):
            raise _exists(name)
        stack_id = new_stack_id()
        adopted = read_state(self._storage.objects, name).secrets
        stack = StackRecord(
            id=stack_id,
            name=name,
            created_at=self._clock.now(),
            tags=dict(tags),
            secrets=adopted or secrets(stack_id),
        )
        try:
            self._storage.records.put(name.record_key, document_of(stack), expected_revision=0)
        except RecordChangedError as error:
            raise _exists(name) from error
        self.ensure_checkpoint(stack, given=given)
        return stack

    def ensure_checkpoint(
        self, stack: StackRecord, *, given: Mapping[str, Any] | None = None
    ) -> None:
        """Put the empty checkpoint if there is none: the stack's making may have died before."""
        write_first_checkpoint(
            self._storage.objects,
            stack.name,
            secrets=stack.secrets,
            created_at=stack.created_at,
            given=given,
        )

    def find(self, name: StackName) -> StackRecord | None:
        """The stack, or None."""
        found = self._storage.records.get(name.record_key)
        return stack_in(found.value) if found else None

    def require(self, name: StackName) -> StackRecord:
        """The stack; raises StackNotFoundError."""
        found = self.find(name)
        if found is None:
            raise stack_not_found(name)
        return found

    def list(self, project: str) -> Sequence[StackRecord]:
        """The stacks of a project, by name."""
        found = self._storage.records.list(stacks_partition(project))
        return [stack_in(record.value) for record in found]

    def names(self, project: str = "") -> Sequence[StackName]:
        """The stacks of all projects, or of one, that have a checkpoint, in order."""
        prefix = f"{CHECKPOINTS}{project}/" if project else CHECKPOINTS
        found = (_name_at(present.key) for present in self._storage.objects.list(prefix))
        return sorted({name for name in found if name is not None})

    def change(self, name: StackName, change: Callable[[StackRecord], StackRecord]) -> StackRecord:
        """Write what `change` makes of the stack; on a collision it is asked again.

        Raises StackNotFoundError, whatever `change` raises, and StateConflictError if the record
        never holds still.
        """
        changed = change_record(
            self._storage.records,
            name.record_key,
            lambda document: document_of(change(stack_in(document))),
        )
        if changed is None:
            raise stack_not_found(name)
        return stack_in(changed)

    def replace_tags(self, name: StackName, tags: Mapping[str, str]) -> None:
        """Replace all tags."""
        self.change(name, lambda stack: replace(stack, tags=dict(tags)))

    def state(self, name: StackName, *, version_id: str = "") -> State:
        """The stack's state as the last finished update left it."""
        return read_state(self._storage.objects, name, version_id=version_id)

    def delete(self, name: StackName, *, force: bool) -> None:
        """Remove the stack, its history and journals; versions of its checkpoint stay.

        Raises StackNotEmptyError unless forced, UpdateInProgressError while an update is open or
        somebody has locked the stack. If it dies half-way, deleting again finishes it.
        """
        begun = self.change(name, lambda stack: begin_removal(self._storage, stack, force=force))
        remove_rest(self._storage, begun)


def _name_at(key: str) -> StackName | None:
    """The stack whose checkpoint is at a key; None if there is something else."""
    project, slash, file = key.removeprefix(CHECKPOINTS).partition("/")
    stack = next((file.removesuffix(end) for end in _ENDINGS if file.endswith(end)), "")
    if not slash or not stack:
        return None
    with suppress(BadRequestError):
        return StackName(project, stack)
    return None


def _exists(name: StackName) -> StackExistsError:
    return StackExistsError(
        f"stack '{name.qualified}' already exists", way_out="select it, or choose another name"
    )


def stack_not_found(name: StackName) -> StackNotFoundError:
    """What a Pulumi client hears of a stack that is not there, or not for it."""
    return StackNotFoundError(
        f"no stack named '{name}' found", way_out="see `pulumi stack ls`, or make it first"
    )
