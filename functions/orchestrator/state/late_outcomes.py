"""What was under way when its update was cancelled, and has ended since.

The CLI never asks whether it was cancelled: it stops when a batch is refused, and by then the cloud
has done what the batch tells. So the batch is refused, and its outcomes are recorded all the same,
as an update of their own - unless somebody else has gone on meanwhile.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from hoist.clock import Clock
from orchestrator.state.checkpoints import read_state
from orchestrator.state.client_states import client_state_body
from orchestrator.state.edits import Edits
from orchestrator.state.errors import (
    CorruptStateError,
    JournalEntryError,
    SlotTakenError,
    StateConflictError,
)
from orchestrator.state.exact_json import encode_json
from orchestrator.state.journal import JournalEntry, JournalEntryKind, merge_entries, parse_batch
from orchestrator.state.journal_contents import JournalContents, read_contents
from orchestrator.state.journal_records import SealReason, batch_as_body
from orchestrator.state.names import StackName, late_log_id
from orchestrator.state.publish import folded_state
from orchestrator.state.record_changes import MAX_WRITE_ATTEMPTS
from orchestrator.state.records import Holder, UpdateRecord
from orchestrator.state.storage import LogRecord, Storage

_OUTCOMES = (
    JournalEntryKind.SUCCESS,
    JournalEntryKind.FAILURE,
    JournalEntryKind.REFRESH_SUCCESS,
)


@dataclass(frozen=True, slots=True)
class LateOutcomes:
    """Records outcomes that came after a cancel."""

    storage: Storage
    edits: Edits
    clock: Clock

    def record(self, name: StackName, update: UpdateRecord, body: bytes, *, holder: Holder) -> None:
        """Record what a refused batch tells of operations that had begun before the cancel.

        Does nothing for an update that ended in another way, and if the stack has moved on. Raises
        StoreUnavailableError: the client repeats its batch then.
        """
        contents = read_contents(self.storage.log, update.id)
        if contents.seal is None or contents.seal.reason is not SealReason.CANCELLED:
            return
        with suppress(JournalEntryError, CorruptStateError, StateConflictError):
            late = _outcomes(contents, parse_batch(body))
            if late:
                entries = (*contents.entries, *self._keep(update, late))
                self._publish(
                    name, update, replace(contents, entries=merge_entries(entries)), holder
                )

    def _keep(self, update: UpdateRecord, late: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        """Make them durable beside the sealed journal; returns all that is there."""
        log, log_id = self.storage.log, late_log_id(update.id)
        batch = batch_as_body(encode_json({"entries": [entry.raw for entry in late]}))
        for _ in range(MAX_WRITE_ATTEMPTS):
            kept = read_contents(log, log_id).entries
            if {entry.digest for entry in late} <= {entry.digest for entry in kept}:
                return kept
            now = self.clock.now()
            moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
            with suppress(SlotTakenError):
                log.append(log_id, LogRecord(len(log.read(log_id)) + 1, batch, moment))
        raise StateConflictError(f"the late outcomes of {update.id} find no place")

    def _publish(
        self, name: StackName, update: UpdateRecord, contents: JournalContents, holder: Holder
    ) -> None:
        stack = self.edits.stacks.require(name)
        last = self.edits.updates.require(stack, stack.last_update_id)
        if stack.active or update.id not in (last.id, last.amends):
            return
        # Both are pinned: whatever lies there now, it is the outcome of this very update.
        base = read_state(self.storage.objects, name, version_id=update.base.version_id)
        present = read_state(self.storage.objects, name, version_id=last.checkpoint_version_id)
        state = folded_state(update, base, contents, folded_at=self.clock.now())
        deployment = state.deployment or {}
        if _without_manifest(deployment) == _without_manifest(present.deployment or {}):
            return
        body = client_state_body(state.version, state.features, deployment)
        self.edits.amend(name, update, body, expected=present.base, holder=holder)


def _outcomes(contents: JournalContents, batch: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
    """Ends of operations whose begin was acknowledged, and their end was not."""
    begun = {
        entry.operation_id for entry in contents.entries if entry.kind is JournalEntryKind.BEGIN
    }
    ended = {entry.operation_id for entry in contents.entries if entry.kind in _OUTCOMES}
    return [
        entry for entry in batch if entry.kind in _OUTCOMES and entry.operation_id in begun - ended
    ]


def _without_manifest(deployment: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in deployment.items() if name != "manifest"}
