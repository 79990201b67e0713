"""Ends an update whose log is sealed: fold, checkpoint, record, lock, stack - in this order.

Each step may be repeated, and two may do it at once: the fold of a sealed log is the same bytes
for everybody, and the checkpoint is written only over the base that the update started from.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime

from hoist.clock import Clock
from orchestrator.state.checkpoint import encode_checkpoint
from orchestrator.state.checkpoints import State, read_state
from orchestrator.state.errors import CorruptStateError, JournalEntryError, ObjectChangedError
from orchestrator.state.fold import fold
from orchestrator.state.integrity import check_integrity
from orchestrator.state.journal_contents import JournalContents, read_contents
from orchestrator.state.journal_records import Seal, SealReason
from orchestrator.state.locks import release_lock
from orchestrator.state.names import StackName, conflict_key
from orchestrator.state.records import StackRecord, UpdateRecord, UpdateStatus
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage
from orchestrator.state.update_records import UpdateRecords

UNKNOWN_ENGINE_VERSION = "unknown"


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the fold: the version it is stored as, or why it could not be published."""

    checkpoint_version_id: str = ""
    conflict: str = ""


class Publisher:
    """Ends sealed updates."""

    def __init__(
        self, storage: Storage, stacks: Stacks, updates: UpdateRecords, *, clock: Clock
    ) -> None:
        self._storage = storage
        self._stacks = stacks
        self._updates = updates
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
        release_lock(self._storage.objects, name, latest.id)
        self._stacks.change(name, lambda stack: _closed(stack, latest))
        return latest

    def _end(self, name: StackName, update: UpdateRecord) -> UpdateRecord:
        contents = JournalContents((), None)
        try:
            contents = read_contents(self._storage.log, update.id)
            publication = self._publish(name, update, contents)
        except (JournalEntryError, CorruptStateError) as error:
            publication = Publication(conflict=f"its journal does not fold: {error.message}")
        ended = replace(
            update,
            status=_final_status(contents.seal, publication),
            ended_at=contents.sealed_at or self._clock.now(),
            resource_changes=dict(contents.seal.resource_changes) if contents.seal else {},
            checkpoint_version_id=publication.checkpoint_version_id or update.base.version_id,
            reason=publication.conflict or (contents.seal.detail if contents.seal else ""),
        )
        # Whoever was first, if two end it at the same time; they end it in the same way.
        return self._updates.change(
            update, lambda stored: stored if stored.status.is_final else ended
        )

    def _publish(
        self, name: StackName, update: UpdateRecord, contents: JournalContents
    ) -> Publication:
        if contents.last_entry_at is None:
            return Publication()
        base = State()
        if update.base.version_id:
            base = read_state(self._storage.objects, name, version_id=update.base.version_id)
        body = folded_checkpoint(name, update, base, contents, folded_at=contents.last_entry_at)
        return self._write(name, update, body)

    def _write(self, name: StackName, update: UpdateRecord, body: bytes) -> Publication:
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


def folded_checkpoint(
    name: StackName,
    update: UpdateRecord,
    base: State,
    contents: JournalContents,
    *,
    folded_at: datetime,
) -> bytes:
    """The checkpoint that base and journal add up to.

    Raises JournalEntryError for a journal that refers to what is not there, CorruptStateError for
    a result that the engine would refuse to read.
    """
    folded = fold(
        base.deployment,
        contents.entries,
        folded_at=folded_at,
        engine_version=update.engine_version or UNKNOWN_ENGINE_VERSION,
    )
    check_integrity(folded.deployment)
    return encode_checkpoint(name.qualified, folded)


def _final_status(seal: Seal | None, publication: Publication) -> UpdateStatus:
    if publication.conflict:
        return UpdateStatus.CONFLICTED
    if seal and seal.reason is SealReason.COMPLETED:
        return UpdateStatus.SUCCEEDED if seal.succeeded else UpdateStatus.FAILED
    if seal and seal.reason is SealReason.TAKEN_OVER:
        return UpdateStatus.ABANDONED
    return UpdateStatus.FAILED


def _closed(stack: StackRecord, ended: UpdateRecord) -> StackRecord:
    if not stack.is_held_by(ended.id):
        return stack
    conflicted = ended.status is UpdateStatus.CONFLICTED
    return replace(
        stack, active=None, conflict_update_id=ended.id if conflicted else stack.conflict_update_id
    )
