"""Removing a stack, so that it may die anywhere.

mark         the stack's record says so: from here on nothing may start
clean up     journals, history, checkpoint, data key, locks
forget       the stack's record goes last: until then deleting again goes on from the mark
"""

from dataclasses import replace

from orchestrator.state.checkpoints import read_state
from orchestrator.state.errors import StackNotEmptyError, UpdateInProgressError
from orchestrator.state.locks import own_locks
from orchestrator.state.names import late_log_id, service_key_key, updates_partition
from orchestrator.state.records import StackRecord
from orchestrator.state.storage import Storage


def begin_removal(storage: Storage, stack: StackRecord, *, force: bool) -> StackRecord:
    """The stack with its mark. Called between the read and the write of its record, so that
    no update can start or end in between.

    Raises StackNotEmptyError unless forced, UpdateInProgressError.
    """
    if stack.is_being_deleted:
        return stack
    if stack.active:
        raise UpdateInProgressError(
            f"stack '{stack.name}' has an open update, {stack.active.update_id}",
            way_out="wait for it to end, or cancel it",
        )
    own_locks(storage.objects, stack.name)
    if not force and not read_state(storage.objects, stack.name).is_empty:
        raise StackNotEmptyError(
            f"stack '{stack.name}' still contains resources",
            way_out="destroy them first, or force the removal to forget them",
        )
    return replace(stack, is_being_deleted=True)


def remove_rest(storage: Storage, stack: StackRecord) -> None:
    """Remove all that belongs to a marked stack, its record last."""
    for update in storage.records.list(updates_partition(stack.id)):
        storage.log.drop(update.key.sort)
        storage.log.drop(late_log_id(update.key.sort))
        storage.records.delete(update.key, expected_revision=update.revision)
    own = (stack.name.checkpoint_key, service_key_key(stack.id))
    for key in (*own, *own_locks(storage.objects, stack.name)):
        storage.objects.delete(key)
    found = storage.records.get(stack.name.record_key)
    if found and found.value["id"] == stack.id:
        storage.records.delete(stack.name.record_key, expected_revision=found.revision)
