"""The reading end of one update's journal: all that was acknowledged, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.state.errors import CorruptStateError, JournalEntryError
from orchestrator.state.journal import JournalEntry, parse_batch
from orchestrator.state.journal_records import Seal, batch_in_body
from orchestrator.state.storage import Log, LogRecord


@dataclass(frozen=True, slots=True)
class JournalContents:
    """All that a log holds: distinct entries by sequence id, and the seal if there is one."""

    entries: tuple[JournalEntry, ...]
    last_entry_at: datetime | None
    """When the last batch arrived; None when there was none."""
    seal: Seal | None = None
    sealed_at: datetime | None = None


def read_contents(log: Log, update_id: str) -> JournalContents:
    """Read an update's log whole. Raises CorruptStateError if a record in it cannot be read."""
    by_sequence_id: dict[int, JournalEntry] = {}
    last_entry_at = None
    for record in log.read(update_id):
        if seal := Seal.from_body(record.body):
            entries = _in_order(by_sequence_id)
            return JournalContents(entries, last_entry_at, seal, record.written_at)
        last_entry_at = record.written_at
        for entry in stored_batch(record, update_id):
            by_sequence_id[entry.sequence_id] = entry
    return JournalContents(_in_order(by_sequence_id), last_entry_at)


def stored_batch(record: LogRecord, update_id: str) -> Sequence[JournalEntry]:
    """The entries of a record that holds a batch; raises CorruptStateError."""
    try:
        return parse_batch(batch_in_body(record.body))
    except JournalEntryError as error:
        raise CorruptStateError(
            f"slot {record.slot} of the journal of {update_id} cannot be read: {error.message}",
            way_out="restore the journal from a backup; the checkpoint before it is untouched",
        ) from error


def _in_order(by_sequence_id: dict[int, JournalEntry]) -> tuple[JournalEntry, ...]:
    return tuple(by_sequence_id[sequence_id] for sequence_id in sorted(by_sequence_id))
