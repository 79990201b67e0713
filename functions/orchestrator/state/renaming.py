"""A stack moves to another name, so that it may die anywhere.

take the name      the record under the new name; its open update is the rename, so nothing starts
copy               the checkpoint, with the names in it changed
(the update is over: its record says how, and everybody goes by that)
leave, or give up  what is under the old name, its record last; or the record under the new one
(the stack is closed, under the name that is left)

Id, history, journals and the data key stay: they are kept under the stack's id.
"""

from dataclasses import replace

from orchestrator.state.errors import ObjectChangedError, RecordChangedError, StackNotFoundError
from orchestrator.state.locks import release_lock
from orchestrator.state.names import StackName
from orchestrator.state.publication import Publication
from orchestrator.state.record_changes import MAX_WRITE_ATTEMPTS
from orchestrator.state.record_documents import document_of
from orchestrator.state.records import FormerName, Rename, StackRecord, UpdateRecord
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage


class Renaming:
    """Carries out renames whose journal is sealed; every step may be repeated."""

    def __init__(self, storage: Storage, stacks: Stacks) -> None:
        self._storage = storage
        self._stacks = stacks

    def move(self, update: UpdateRecord, rename: Rename, body: bytes) -> Publication:
        """Take the new name, with `body` as the checkpoint; refused if either is not as it was."""
        present = self._storage.objects.get(rename.old.checkpoint_key)
        if present is None or present.etag != update.base.etag:
            return Publication(refusal="the checkpoint was changed by somebody else meanwhile")
        taken = Publication(refusal=f"the name '{rename.new}' was taken meanwhile")
        if not self._take_name(update, rename):
            return taken
        try:
            written = self._storage.objects.put(rename.new.checkpoint_key, body, if_etag=None)
            return Publication(written.version_id)
        except ObjectChangedError:
            there = self._storage.objects.get(rename.new.checkpoint_key)
        return Publication(there.version_id) if there and there.body == body else taken

    def leave(self, update: UpdateRecord, rename: Rename) -> None:
        """Remove what is left under the old name; does nothing if somebody else has it by now."""
        old = self._stacks.find(rename.old)
        if old is None or old.id != update.stack_id:
            return
        self._storage.objects.delete(rename.old.checkpoint_key)
        release_lock(self._storage.objects, rename.old, update.id)
        self._forget(rename.old, update.stack_id)

    def give_up(self, update: UpdateRecord, rename: Rename) -> None:
        """Give the new name back, if it was taken."""
        self._forget(rename.new, update.stack_id)

    def _take_name(self, update: UpdateRecord, rename: Rename) -> bool:
        moved = self._moved(update, rename)
        try:
            self._storage.records.put(
                rename.new.record_key, document_of(moved), expected_revision=0
            )
        except RecordChangedError:
            found = self._stacks.find(rename.new)
            return found is not None and found.id == update.stack_id
        return True

    def _moved(self, update: UpdateRecord, rename: Rename) -> StackRecord:
        stack = self._stacks.require(rename.old)
        if stack.id != update.stack_id:
            raise StackNotFoundError(f"stack '{rename.old}' is another one by now")
        former = FormerName(rename.old, last_version=update.version - 1)
        return replace(stack, name=rename.new, former_names=(*stack.former_names, former))

    def _forget(self, name: StackName, stack_id: str) -> None:
        """Remove the stack's record of that name."""
        for _ in range(MAX_WRITE_ATTEMPTS):
            found = self._storage.records.get(name.record_key)
            if found is None or found.value["id"] != stack_id:
                return
            try:
                self._storage.records.delete(name.record_key, expected_revision=found.revision)
            except RecordChangedError:
                continue
            return
