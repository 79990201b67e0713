"""The reading end of one update's journal: all that was acknowledged, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.state.client_states import parse_client_state
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import BadRequestError, CorruptStateError, JournalEntryError
from orchestrator.state.journal import JournalEntry, parse_batch
from orchestrator.state.journal_records import Seal, batch_in_body, checkpoint_in_body
from orchestrator.state.storage import Log, LogRecord


@dataclass(frozen=True, slots=True)
class JournalContents:
    """All that a log holds: distinct entries by sequence id, and the seal if there is one.

    A client without a journal sends whole states instead of entries; `checkpoint` is the last one.
    """

    entries: tuple[JournalEntry, ...]
    last_entry_at: datetime | None
    """When the last batch or checkpoint arrived; None when there was none."""
    seal: Seal | None = None
    sealed_at: datetime | None = None
    checkpoint: VersionedDeployment | None = None


def read_contents(log: Log, update_id: str) -> JournalContents:
    """Read an update's log whole. Raises CorruptStateError if a record in it cannot be read."""
    by_sequence_id: dict[int, JournalEntry] = {}
    last_entry_at = seal = sealed_at = checkpoint = None
    for record in log.read(update_id):
        if seal := Seal.from_body(record.body):
            sealed_at = record.written_at
            break
        last_entry_at = record.written_at
        if (state := checkpoint_in_body(record.body)) is not None:
            checkpoint = state
            continue
        for entry in stored_batch(record, update_id):
            by_sequence_id[entry.sequence_id] = entry
    return JournalContents(
        tuple(by_sequence_id[sequence_id] for sequence_id in sorted(by_sequence_id)),
        last_entry_at,
        seal,
        sealed_at,
        None if checkpoint is None else _stored_checkpoint(checkpoint, update_id),
    )


def stored_batch(record: LogRecord, update_id: str) -> Sequence[JournalEntry]:
    """The entries of a record that holds a batch; raises CorruptStateError."""
    try:
        return parse_batch(batch_in_body(record.body))
    except JournalEntryError as error:
        raise CorruptStateError(
            f"slot {record.slot} of the journal of {update_id} cannot be read: {error.message}",
            way_out="restore the journal from a backup; the checkpoint before it is untouched",
        ) from error


def _stored_checkpoint(state: bytes, update_id: str) -> VersionedDeployment:
    try:
        return parse_client_state(state)
    except BadRequestError as error:
        raise CorruptStateError(
            f"the checkpoint in the journal of {update_id} cannot be read: {error.message}",
            way_out="restore the journal from a backup; the checkpoint before it is untouched",
        ) from error
