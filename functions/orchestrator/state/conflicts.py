"""A stack whose checkpoint was changed by somebody else under an open update, and the way out.

What the update made is kept beside the checkpoint. A person compares the two and decides.
"""

from dataclasses import replace
from enum import StrEnum

from orchestrator.state.errors import BadRequestError, CorruptStateError, ObjectChangedError
from orchestrator.state.names import StackName, conflict_key
from orchestrator.state.records import StackRecord, UpdateRecord
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Objects
from orchestrator.state.update_records import UpdateRecords


class Resolution(StrEnum):
    """Which of the two holds."""

    PRESENT = "present"
    """The checkpoint as somebody else left it."""
    UPDATE = "update"
    """What the update made."""


class Conflicts:
    """Refuses conflicted stacks, and settles them."""

    def __init__(self, objects: Objects, stacks: Stacks, updates: UpdateRecords) -> None:
        self._objects = objects
        self._stacks = stacks
        self._updates = updates

    def refuse(self, stack: StackRecord) -> None:
        """Raise CorruptStateError, with the way out, if the stack is conflicted."""
        if stack.conflict_update_id:
            update = self._updates.require(stack.id, stack.conflict_update_id)
            raise self.error(stack.name, update)

    def error(self, name: StackName, update: UpdateRecord) -> CorruptStateError:
        """What to say about a stack that this update left conflicted."""
        return CorruptStateError(
            f"stack '{name}' is conflicted since update {update.id}: {update.reason}",
            way_out=f"compare {name.checkpoint_key} with {conflict_key(name, update.id)} "
            "and settle which one holds",
        )

    def settle(self, name: StackName, resolution: Resolution) -> None:
        """Let one of the two hold; does nothing for a stack without a conflict.

        The other stays as it is: as a version of the checkpoint, or beside it. Raises
        BadRequestError if the update left nothing that could hold, ObjectChangedError if the
        checkpoint moves once more.
        """
        stack = self._stacks.require(name)
        if not stack.conflict_update_id:
            return
        if resolution is Resolution.UPDATE:
            self._put_kept(stack)
        self._stacks.change(name, lambda present: replace(present, conflict_update_id=""))

    def _put_kept(self, stack: StackRecord) -> None:
        kept = self._objects.get(conflict_key(stack.name, stack.conflict_update_id))
        if kept is None:
            raise BadRequestError(
                f"update {stack.conflict_update_id} left no state that could hold",
                way_out="settle for the present one, then refresh",
            )
        present = self._objects.get(stack.name.checkpoint_key)
        if present is not None and present.body == kept.body:
            return
        etag = present.etag if present else None
        try:
            self._objects.put(stack.name.checkpoint_key, kept.body, if_etag=etag)
        except ObjectChangedError as error:
            raise ObjectChangedError(
                f"the checkpoint of '{stack.name}' has just changed again",
                way_out="look at it once more",
            ) from error
