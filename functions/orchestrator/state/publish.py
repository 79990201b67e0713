"""Ends an update whose log is sealed: fold, checkpoint, record, lock, stack - in this order.

Each step may be repeated, and two may do it at once: the fold of a sealed log is the same bytes
for everybody, and the checkpoint is written only over the base that the update started from.
"""

import contextlib
from dataclasses import replace
from datetime import datetime

from hoist.clock import Clock
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.checkpoints import State, read_state
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import CorruptStateError, JournalEntryError, ObjectChangedError
from orchestrator.state.fold import fold
from orchestrator.state.integrity import check_integrity
from orchestrator.state.journal_contents import JournalContents, read_contents
from orchestrator.state.locks import release_lock
from orchestrator.state.names import StackName, conflict_key
from orchestrator.state.publication import (
    Publication,
    final_status,
    is_completed,
    secrets_after,
)
from orchestrator.state.records import Rename, StackRecord, UpdateRecord, UpdateStatus
from orchestrator.state.renaming import Renaming
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage
from orchestrator.state.update_records import UpdateRecords

UNKNOWN_ENGINE_VERSION = "unknown"


class Publisher:
    """Ends sealed updates."""

    def __init__(
        self, storage: Storage, stacks: Stacks, updates: UpdateRecords, *, clock: Clock
    ) -> None:
        self._storage = storage
        self._stacks = stacks
        self._updates = updates
        self._renaming = Renaming(storage, stacks)
        self._clock = clock

    def finish(self, name: StackName, update: UpdateRecord) -> UpdateRecord:
        """Publish what a sealed log holds and close the update; returns its final record.

        What cannot be published leaves the checkpoint as it is, the log where it is, and the
        update conflicted. If the update was ended before, only lock and stack are closed.
        """
        latest = self._updates.require(update.stack_id, update.id)
        if latest.status is UpdateStatus.CREATED:
            # It died between opening the stack and noting that.
            latest = latest.opened(self._stacks.require(name))
        if not latest.status.is_final:
            latest = self._end(name, latest)
        if latest.rename:
            name = self._settle_rename(latest, latest.rename)
        release_lock(self._storage.objects, name, latest.id)
        self._stacks.change(name, lambda stack: _closed(stack, latest))
        return latest

    def _settle_rename(self, ended: UpdateRecord, rename: Rename) -> StackName:
        """Remove what is left under the name that the stack has not; returns the one it has."""
        if ended.status is UpdateStatus.SUCCEEDED:
            self._renaming.leave(ended, rename)
            return rename.new
        self._renaming.give_up(ended, rename)
        return rename.old

    def _end(self, name: StackName, update: UpdateRecord) -> UpdateRecord:
        contents = JournalContents((), None)
        try:
            contents = read_contents(self._storage.log, update.id)
            publication = self._publish(name, update, contents)
        except (JournalEntryError, CorruptStateError) as error:
            publication = Publication(conflict=f"its journal does not fold: {error.message}")
        state = publication.state.deployment if publication.state else None
        ended = replace(
            update,
            status=final_status(contents.seal, publication),
            ended_at=contents.sealed_at or self._clock.now(),
            resource_changes=dict(contents.seal.resource_changes) if contents.seal else {},
            resource_count=None if state is None else len(state.get("resources") or ()),
            secrets=secrets_after(update, publication.state),
            checkpoint_version_id=publication.checkpoint_version_id or update.base.version_id,
            reason=publication.conflict
            or publication.refusal
            or (contents.seal.detail if contents.seal else ""),
        )
        # Whoever was first, if two end it at the same time; they end it in the same way.
        return self._updates.change(
            update, lambda stored: stored if stored.status.is_final else ended
        )

    def _publish(
        self, name: StackName, update: UpdateRecord, contents: JournalContents
    ) -> Publication:
        folded_at = contents.last_entry_at
        if folded_at is None:
            return Publication()
        if update.kind.is_all_or_nothing and not is_completed(contents.seal):
            return Publication(refusal="it was given up before it had any effect")
        base = State()
        if update.base.version_id and contents.checkpoint is None:
            base = read_state(self._storage.objects, name, version_id=update.base.version_id)
        state = folded_state(update, base, contents, folded_at=folded_at)
        written_for = update.rename.new if update.rename else name
        written = self._write(name, update, encode_checkpoint(written_for.qualified, state))
        return replace(written, state=state) if written.checkpoint_version_id else written

    def _write(self, name: StackName, update: UpdateRecord, body: bytes) -> Publication:
        if update.rename:
            return self._renaming.move(update, update.rename, body)
        objects = self._storage.objects
        try:
            written = objects.put(name.checkpoint_key, body, if_etag=update.base.etag or None)
            return Publication(written.version_id)
        except ObjectChangedError:
            present = objects.get(name.checkpoint_key)
        if present and present.body == body:
            return Publication(present.version_id)
        ended = self._updates.require(update.stack_id, update.id)
        if ended.status.is_final:
            return Publication(ended.checkpoint_version_id)
        return self._keep_beside(name, update, body)

    def _keep_beside(self, name: StackName, update: UpdateRecord, body: bytes) -> Publication:
        key = conflict_key(name, update.id)
        # There already: an earlier try kept the same fold.
        with contextlib.suppress(ObjectChangedError):
            self._storage.objects.put(key, body, if_etag=None)
        return Publication(
            conflict="the checkpoint was changed by somebody else meanwhile; "
            f"what this update made is kept as {key}"
        )


def folded_state(
    update: UpdateRecord, base: State, contents: JournalContents, *, folded_at: datetime
) -> VersionedDeployment:
    """What base and journal add up to; a client's own checkpoint stands for both.

    Raises JournalEntryError for a journal that refers to what is not there, CorruptStateError for
    a result that the engine would refuse to read.
    """
    state = contents.checkpoint
    if state is None:
        state = fold(
            base.deployment,
            contents.entries,
            folded_at=folded_at,
            engine_version=update.engine_version or UNKNOWN_ENGINE_VERSION,
        )
    check_integrity(state.deployment)
    return state


def _closed(stack: StackRecord, ended: UpdateRecord) -> StackRecord:
    if not stack.is_held_by(ended.id):
        return stack
    conflicted = ended.status is UpdateStatus.CONFLICTED
    return replace(
        stack,
        active=None,
        secrets=ended.secrets,
        conflict_update_id=ended.id if conflicted else stack.conflict_update_id,
    )
