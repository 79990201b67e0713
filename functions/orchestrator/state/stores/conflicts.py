"""The sentences of lost races, the same from every store."""

from orchestrator.state.errors import (
    LogGapError,
    ObjectChangedError,
    RecordChangedError,
    SlotTakenError,
)
from orchestrator.state.storage import RecordKey

READ_AGAIN = "Read it again and decide anew."


def record_changed(key: RecordKey, *, expected_revision: int) -> RecordChangedError:
    wanted = f"revision {expected_revision}" if expected_revision else "no record"
    return RecordChangedError(
        f"Record {key.partition!r} {key.sort!r} is not as expected ({wanted}).", way_out=READ_AGAIN
    )


def object_changed(key: str, *, if_etag: str | None) -> ObjectChangedError:
    wanted = "no object" if if_etag is None else f"etag {if_etag}"
    return ObjectChangedError(f"Object {key!r} is not as expected ({wanted}).", way_out=READ_AGAIN)


def slot_taken(log_id: str, slot: int) -> SlotTakenError:
    return SlotTakenError(
        f"Slot {slot} of log {log_id!r} is taken.",
        way_out="Read the log: whoever holds that slot decides what happens next.",
    )


def log_gap(log_id: str, slot: int) -> LogGapError:
    return LogGapError(
        f"Slot {slot} of log {log_id!r} cannot be written: the slot before it is free.",
        way_out="Read the log and write the slot after its last record.",
    )


def check_slot_is_next(log_id: str, slot: int, *, last_slot: int) -> None:
    """For stores that hold a log's last slot while they append."""
    if slot <= last_slot:
        raise slot_taken(log_id, slot)
    if slot > last_slot + 1:
        raise log_gap(log_id, slot)
