"""What every store promises of logs."""

import random
from datetime import timedelta

import pytest

from orchestrator.state.errors import LogGapError, SlotTakenError, StateConflictError
from orchestrator.state.storage import Storage
from orchestrator.state.stores.errors import RefusedKeyError
from orchestrator.state.stores.keys import MAX_LOG_ID_BYTES
from storages import NOON, OpenStorage, log_record

pytestmark = pytest.mark.thorough

LOG = "update-1"


def test_a_log_is_read_as_it_was_written(storage: Storage, other_view: Storage) -> None:
    """Slots come back in order with body and time, whoever wrote them."""
    records = [
        log_record(1, b"\0\xff"),
        log_record(2, b'{"a":1}', written_at=NOON + timedelta(milliseconds=1)),
        log_record(3, b"x", written_at=NOON - timedelta(days=365 * 70)),
    ]

    for record, view in zip(records, (storage, other_view, storage), strict=True):
        view.log.append(LOG, record)

    assert list(other_view.log.read(LOG)) == records
    assert list(storage.log.read(LOG)) == records


def test_an_empty_body_is_a_record(storage: Storage, other_view: Storage) -> None:
    """A record may have no body at all."""
    record = log_record(1)
    record = type(record)(1, b"", NOON)

    storage.log.append(LOG, record)

    assert list(other_view.log.read(LOG)) == [record]


def test_an_absent_log_is_empty(storage: Storage) -> None:
    """Reading a log that nobody began gives nothing."""
    assert list(storage.log.read(LOG)) == []
    assert list(storage.log.read(LOG, after_slot=3)) == []


@pytest.mark.parametrize("after_slot", range(6))
def test_a_log_is_read_from_a_slot_on(
    storage: Storage, other_view: Storage, after_slot: int
) -> None:
    """Only the slots above `after_slot` are read, none when it is the last or beyond."""
    records = [log_record(slot) for slot in range(1, 5)]
    for record in records:
        storage.log.append(LOG, record)

    assert list(other_view.log.read(LOG, after_slot=after_slot)) == records[after_slot:]


@pytest.mark.parametrize("limit", [1, 3, 4, 5])
def test_a_log_is_read_in_parts(storage: Storage, other_view: Storage, limit: int) -> None:
    """With a limit the first records behind a slot are read, and what follows them later."""
    records = [log_record(slot) for slot in range(1, 6)]
    for record in records:
        storage.log.append(LOG, record)

    assert list(other_view.log.read(LOG, limit=limit)) == records[:limit]
    assert list(other_view.log.read(LOG, after_slot=1, limit=limit)) == records[1 : 1 + limit]
    assert list(other_view.log.read(LOG, after_slot=5, limit=limit)) == []


def test_a_limit_counts_across_the_answers_of_the_store(
    storage: Storage, other_view: Storage
) -> None:
    """Where records are so large that one answer holds a few, the limit holds over all of them."""
    records = [log_record(slot, random.Random(slot).randbytes(250_000)) for slot in range(1, 9)]
    for record in records:
        storage.log.append(LOG, record)

    assert list(other_view.log.read(LOG, limit=7)) == records[:7]


def test_a_dropped_log_is_empty_in_parts_too(storage: Storage, other_view: Storage) -> None:
    """A limit does not bring back what was dropped."""
    for slot in (1, 2, 3):
        storage.log.append(LOG, log_record(slot))
    storage.log.drop(LOG)

    assert list(other_view.log.read(LOG, limit=2)) == []


def test_slots_beyond_one_digit_stay_in_order(storage: Storage, other_view: Storage) -> None:
    """Slots are ordered as numbers."""
    for slot in range(1, 13):
        storage.log.append(LOG, log_record(slot))

    assert [record.slot for record in other_view.log.read(LOG)] == list(range(1, 13))


@pytest.mark.parametrize("slot", [1, 2])
def test_a_taken_slot_stays_as_it_is(storage: Storage, other_view: Storage, slot: int) -> None:
    """A slot is written once: by the same writer or another, with the same bytes or others."""
    records = [log_record(1), log_record(2)]
    for record in records:
        storage.log.append(LOG, record)

    for view in (storage, other_view):
        with pytest.raises(SlotTakenError):
            view.log.append(LOG, log_record(slot, b"other"))
        with pytest.raises(SlotTakenError):
            view.log.append(LOG, records[slot - 1])

    assert list(storage.log.read(LOG)) == records


def test_a_gap_is_refused(storage: Storage, other_view: Storage) -> None:
    """A slot is written only when the one before it is."""
    for view in (storage, other_view):
        with pytest.raises(LogGapError):
            view.log.append(LOG, log_record(2))
    storage.log.append(LOG, log_record(1))
    for view in (storage, other_view):
        with pytest.raises(LogGapError):
            view.log.append(LOG, log_record(3))

    assert list(storage.log.read(LOG)) == [log_record(1)]


def test_a_sealed_log_refuses_its_former_writer(storage: Storage, other_view: Storage) -> None:
    """Who puts a seal into the next free slot stops the former writer for good."""
    storage.log.append(LOG, log_record(1))
    seal = log_record(2, b"seal")

    other_view.log.append(LOG, seal)

    with pytest.raises(SlotTakenError):
        storage.log.append(LOG, log_record(2, b"late"))
    with pytest.raises(SlotTakenError):
        storage.log.append(LOG, log_record(2, b"late again"))
    assert list(storage.log.read(LOG)) == [log_record(1), seal]


def test_logs_do_not_mix(storage: Storage, other_view: Storage) -> None:
    """Each id is a log of its own, whatever characters it has."""
    ids = ["a", "a/b", "../a", "A", "a#1", "a%2fb", "ü", "😀", "x" * MAX_LOG_ID_BYTES]
    for log_id in ids:
        storage.log.append(log_id, log_record(1, log_id.encode()))

    assert {log_id: other_view.log.read(log_id)[0].body.decode() for log_id in ids} == {
        log_id: log_id for log_id in ids
    }


@pytest.mark.parametrize("size", [300 * 1024 - 1, 301 * 1024, 6 * 1024 * 1024])
def test_large_bodies_are_stored(storage: Storage, other_view: Storage, size: int) -> None:
    """A body that does not compress is kept up to the largest batch that the doors let in."""
    large = log_record(1, random.Random(size).randbytes(size))
    storage.log.append(LOG, large)
    storage.log.append(LOG, log_record(2))

    assert list(other_view.log.read(LOG)) == [large, log_record(2)]
    with pytest.raises(SlotTakenError):
        other_view.log.append(LOG, log_record(1, random.Random(1).randbytes(size)))
    assert list(storage.log.read(LOG)) == [large, log_record(2)]


def test_a_long_log_is_read_to_its_end(storage: Storage, other_view: Storage) -> None:
    """A log larger than one answer of the store (1 MB) is read in full."""
    records = [log_record(slot, random.Random(slot).randbytes(250_000)) for slot in range(1, 9)]
    for record in records:
        storage.log.append(LOG, record)

    assert list(other_view.log.read(LOG)) == records


def test_a_dropped_log_is_empty_and_stays_closed(open_storage: OpenStorage) -> None:
    """After a drop nothing is read, and no view can write a slot that was taken once."""
    writer, dropper = open_storage(), open_storage()
    large = log_record(1, random.Random(1).randbytes(400_000))
    writer.log.append(LOG, large)
    for slot in range(2, 31):
        writer.log.append(LOG, log_record(slot))

    dropper.log.drop(LOG)

    for view in (writer, dropper, open_storage()):
        assert list(view.log.read(LOG)) == []
        assert list(view.log.read(LOG, after_slot=5)) == []
        for slot in (1, 2, 30):
            with pytest.raises(SlotTakenError):
                view.log.append(LOG, log_record(slot))
    with pytest.raises(StateConflictError):
        open_storage().log.append(LOG, log_record(31))


def test_dropping_again_does_nothing(storage: Storage, other_view: Storage) -> None:
    """A log that is not there, or is dropped already, can be dropped, and others stay."""
    storage.log.drop(LOG)
    storage.log.append(LOG, log_record(1))
    storage.log.append("other", log_record(1))

    storage.log.drop(LOG)
    other_view.log.drop(LOG)

    assert list(storage.log.read(LOG)) == []
    assert list(storage.log.read("other")) == [log_record(1)]


@pytest.mark.parametrize("log_id", ["", "x" * (MAX_LOG_ID_BYTES + 1), "\ud800"])
def test_a_log_id_that_not_all_stores_can_hold_is_refused(storage: Storage, log_id: str) -> None:
    """Empty, too long and undecodable ids are refused."""
    with pytest.raises(RefusedKeyError):
        storage.log.append(log_id, log_record(1))
    with pytest.raises(RefusedKeyError):
        storage.log.read(log_id)
    with pytest.raises(RefusedKeyError):
        storage.log.drop(log_id)


def test_a_record_outside_the_contract_is_a_mistake_of_the_caller(storage: Storage) -> None:
    """Slot 0 and a time with microseconds are refused before anything is written."""
    with pytest.raises(ValueError, match="slots"):
        storage.log.append(LOG, log_record(0))
    with pytest.raises(ValueError, match="milliseconds"):
        storage.log.append(LOG, log_record(1, written_at=NOON + timedelta(microseconds=1)))

    assert list(storage.log.read(LOG)) == []
