"""What every store promises when many write at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orchestrator.state.errors import StateConflictError
from orchestrator.state.storage import RecordKey, Storage
from storages import OpenStorage, log_record

RACERS = 12
KEY = RecordKey("p", "s")


def race(open_storage: OpenStorage, write: Callable[[Storage, int], object]) -> list[int]:
    """Who won: each racer has a view of its own and starts when all are there."""
    start = Barrier(RACERS)

    def run(number: int) -> bool:
        view = open_storage()
        start.wait()
        try:
            write(view, number)
        except StateConflictError:
            return False
        return True

    with ThreadPoolExecutor(RACERS) as pool:
        won = list(pool.map(run, range(RACERS)))
    return [number for number in range(RACERS) if won[number]]


@pytest.mark.parametrize("revision", [0, 1])
def test_one_of_many_writes_a_record(open_shared_storage: OpenStorage, revision: int) -> None:
    """Of those who write under one revision exactly one succeeds, and its value is there."""
    storage = open_shared_storage()
    if revision:
        storage.records.put(KEY, {"racer": -1}, expected_revision=0)

    winners = race(
        open_shared_storage,
        lambda view, number: view.records.put(KEY, {"racer": number}, expected_revision=revision),
    )

    found = storage.records.get(KEY)
    assert found is not None
    assert (winners, found.revision) == ([found.value["racer"]], revision + 1)


def test_one_of_many_deletes_a_record(open_shared_storage: OpenStorage) -> None:
    """Of those who delete a record exactly one succeeds."""
    storage = open_shared_storage()
    storage.records.put(KEY, {}, expected_revision=0)

    winners = race(
        open_shared_storage, lambda view, _: view.records.delete(KEY, expected_revision=1)
    )

    assert len(winners) == 1
    assert storage.records.get(KEY) is None


def test_no_increment_is_lost(open_shared_storage: OpenStorage) -> None:
    """Those who read, add one and write until it succeeds count right."""

    def increment(view: Storage, _: int) -> None:
        while True:
            present = view.records.get(KEY)
            count = present.value["count"] if present else 0
            try:
                view.records.put(
                    KEY,
                    {"count": count + 1},
                    expected_revision=present.revision if present else 0,
                )
            except StateConflictError:
                continue
            return

    race(open_shared_storage, increment)

    found = open_shared_storage().records.get(KEY)
    assert found is not None
    assert (found.value, found.revision) == ({"count": RACERS}, RACERS)


@pytest.mark.parametrize("slot", [1, 3])
def test_one_of_many_takes_a_slot(open_shared_storage: OpenStorage, slot: int) -> None:
    """A slot that writers and sealers want at once has one of them, and stays so."""
    storage = open_shared_storage()
    before = [log_record(number) for number in range(1, slot)]
    for record in before:
        storage.log.append("log", record)

    winners = race(
        open_shared_storage,
        lambda view, number: view.log.append("log", log_record(slot, b"racer %d" % number)),
    )

    assert len(winners) == 1
    assert list(storage.log.read("log")) == [
        *before,
        log_record(slot, b"racer %d" % winners[0]),
    ]


def test_racing_writers_leave_no_gap(open_shared_storage: OpenStorage) -> None:
    """Writers that go for the next slot until they have one each fill the log without holes."""

    def append_somewhere(view: Storage, number: int) -> None:
        while True:
            slot = len(view.log.read("log")) + 1
            try:
                view.log.append("log", log_record(slot, b"racer %d" % number))
            except StateConflictError:
                continue
            return

    race(open_shared_storage, append_somewhere)

    records = open_shared_storage().log.read("log")
    assert [record.slot for record in records] == list(range(1, RACERS + 1))
    assert Counter(record.body for record in records) == Counter(
        b"racer %d" % number for number in range(RACERS)
    )


def test_one_of_many_creates_an_object(open_shared_storage: OpenStorage) -> None:
    """Of those who create an object exactly one succeeds, and its bytes are there."""
    winners = race(
        open_shared_storage,
        lambda view, number: view.objects.put("key", b"racer %d" % number, if_etag=None),
    )

    found = open_shared_storage().objects.get("key")
    assert found is not None
    assert [b"racer %d" % number for number in winners] == [found.body]


def test_one_of_many_replaces_an_object(open_shared_storage: OpenStorage) -> None:
    """Of those who replace a version exactly one succeeds, and its bytes are there."""
    first = open_shared_storage().objects.put("key", b"first", if_etag=None)

    winners = race(
        open_shared_storage,
        lambda view, number: view.objects.put("key", b"racer %d" % number, if_etag=first.etag),
    )

    found = open_shared_storage().objects.get("key")
    assert found is not None
    assert [b"racer %d" % number for number in winners] == [found.body]
