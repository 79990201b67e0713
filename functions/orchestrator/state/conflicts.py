"""A stack whose checkpoint was changed by somebody else under an open update, and the way out.

What the update made is kept beside the checkpoint. A person compares the two and decides.
"""

from dataclasses import replace
from enum import StrEnum

from orchestrator.state.checkpoints import read_state, state_in
from orchestrator.state.conflict_sides import ConflictSides
from orchestrator.state.errors import (
    BadRequestError,
    CorruptStateError,
    NotConflictedError,
    ObjectChangedError,
)
from orchestrator.state.names import StackName, conflict_key
from orchestrator.state.records import StackRecord, UpdateRecord
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Objects, StoredObject
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
            "and settle which one holds: `hoist state resolve`",
        )

    def sides(self, name: StackName) -> ConflictSides:
        """Both, to be compared; raises NotConflictedError, CorruptStateError."""
        stack = self._stacks.require(name)
        if not stack.conflict_update_id:
            raise NotConflictedError(
                f"stack '{name}' has no conflict", way_out="nothing is to be done; go on with it"
            )
        kept = self._objects.get(conflict_key(name, stack.conflict_update_id))
        return ConflictSides(
            update=self._updates.require(stack.id, stack.conflict_update_id),
            ours=state_in(kept) if kept else None,
            theirs=read_state(self._objects, name),
        )

    def settle(
        self, name: StackName, resolution: Resolution, *, seen_version: str | None = None
    ) -> None:
        """Let one of the two hold; does nothing for a stack without a conflict.

        The other stays as it is: as a version of the checkpoint, or beside it. Raises
        BadRequestError if the update left nothing that could hold, ObjectChangedError if the
        checkpoint moves once more, or is not the version that was looked at.
        """
        stack = self._stacks.require(name)
        if not stack.conflict_update_id:
            return
        present = self._objects.get(name.checkpoint_key)
        if seen_version is not None and seen_version != (present.version_id if present else ""):
            raise _moved(name)
        if resolution is Resolution.UPDATE:
            self._put_kept(stack, present)
        self._stacks.change(name, lambda present: replace(present, conflict_update_id=""))

    def _put_kept(self, stack: StackRecord, present: StoredObject | None) -> None:
        kept = self._objects.get(conflict_key(stack.name, stack.conflict_update_id))
        if kept is None:
            raise BadRequestError(
                f"update {stack.conflict_update_id} left no state that could hold",
                way_out="settle for the present one, then refresh",
            )
        if present is not None and present.body == kept.body:
            return
        etag = present.etag if present else None
        try:
            self._objects.put(stack.name.checkpoint_key, kept.body, if_etag=etag)
        except ObjectChangedError as error:
            raise _moved(stack.name) from error


def _moved(name: StackName) -> ObjectChangedError:
    return ObjectChangedError(
        f"the checkpoint of '{name}' has just changed again", way_out="look at it once more"
    )
