"""What the three logs check alike: slots from 1, whole milliseconds, no holes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.documents import corrupt
from orchestrator.state.stores.keys import check_log_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def check_appended(log_id: str, record: LogRecord) -> None:
    """Raises RefusedKeyError for the id; a ValueError for the rest is a mistake of the caller."""
    check_log_id(log_id)
    if record.slot < 1:
        raise ValueError(f"slots count from 1, got {record.slot}")
    if from_milliseconds(to_milliseconds(record.written_at)) != record.written_at:
        raise ValueError(f"written_at must be whole milliseconds, got {record.written_at}")


def check_contiguous(
    records: Sequence[LogRecord], *, after_slot: int, source: str
) -> Sequence[LogRecord]:
    """The records, or CorruptStateError when one is missing among them."""
    for expected, record in enumerate(records, start=after_slot + 1):
        if record.slot != expected:
            raise corrupt(source, f"slot {expected} is missing")
    return records


def to_milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, rounded down; raises TypeError for a time without a zone."""
    return (instant - _EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
