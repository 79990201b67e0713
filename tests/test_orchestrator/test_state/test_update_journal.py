"""The journal of one update: what is acknowledged is there once, in order, before any seal."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.clock import FixedClock
from journals import Entry, batch, begin, success
from orchestrator.state.errors import (
    CorruptStateError,
    JournalEntryError,
    StoreUnavailableError,
    UpdateLostError,
)
from orchestrator.state.journal import JournalEntry
from orchestrator.state.journal_contents import read_contents
from orchestrator.state.journal_records import Seal, SealReason
from orchestrator.state.records import SecretsProvider, UpdateKind, UpdateRecord
from orchestrator.state.storage import Log
from orchestrator.state.update_journal import UpdateJournal
from storages import NOON, OpenStorage, directory_opener, log_record, memory_opener
from watched_storage import Moment, Outage, Watch, watched

UPDATE = UpdateRecord("upd-1", "stk-1", UpdateKind.UPDATE, is_dry_run=False, created_at=NOON)
PROVIDER = SecretsProvider("awskms://alias/key", "d3JhcHBlZA==")
COMPLETED = Seal(SealReason.COMPLETED, succeeded=True)

OpenJournal = Callable[[], UpdateJournal]


@pytest.fixture(params=["memory", "directory"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStorage:
    return memory_opener() if request.param == "memory" else directory_opener(tmp_path / "store")


@pytest.fixture
def open_journal(open_log: OpenStorage) -> OpenJournal:
    """Each call gives the journal as another process has it."""
    return lambda: journal_of(open_log().log)


@pytest.fixture
def journal(open_journal: OpenJournal) -> UpdateJournal:
    return open_journal()


def journal_of(log: Log, update: UpdateRecord = UPDATE) -> UpdateJournal:
    return UpdateJournal(log, update, clock=FixedClock(NOON))


def stored_ids(open_log: OpenStorage) -> list[int]:
    return [found.sequence_id for found in read_contents(open_log().log, UPDATE.id).entries]


def step(sequence_id: int, **fields: object) -> Entry:
    return begin(sequence_id, sequence_id) | fields


def ids(entries: object) -> list[int]:
    assert isinstance(entries, list | tuple)
    return [found.sequence_id for found in entries]


def test_append(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """What was appended is in the log, in the order of the ids."""
    assert ids(journal.append(batch(step(3), step(1)))) == [1, 3]
    assert ids(journal.append(batch(step(2)))) == [2]

    assert stored_ids(open_log) == [1, 2, 3]


def test_repeated_batch(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """A batch that came before is acknowledged and not written again."""
    journal.append(batch(step(1), step(2)))

    assert ids(journal.append(batch(step(1), step(2)))) == []
    assert ids(journal.append(batch(step(2)))) == []

    assert len(open_log().log.read(UPDATE.id)) == 1


def test_overlapping_batch(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """Of an overlapping batch only the new entries are new."""
    journal.append(batch(step(1), step(2)))

    assert ids(journal.append(batch(step(2), step(3)))) == [3]

    assert stored_ids(open_log) == [1, 2, 3]


def test_batch_with_the_same_entry_twice(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """An entry twice in one batch counts once."""
    assert ids(journal.append(batch(step(1), step(1)))) == [1]

    assert stored_ids(open_log) == [1]


def test_batch_that_contradicts_itself(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """Two entries of one id in one batch are refused before anything is written."""
    with pytest.raises(JournalEntryError):
        journal.append(batch(step(1), step(1, isRefresh=True)))

    assert stored_ids(open_log) == []


def test_same_id_other_content(open_journal: OpenJournal, open_log: OpenStorage) -> None:
    """An id that comes again with other content is refused, by whichever process it comes."""
    first, second = open_journal(), open_journal()
    first.append(batch(step(1)))

    for writer in (first, second):
        with pytest.raises(JournalEntryError, match="entry 1 was sent before"):
            writer.append(batch(step(1, isRefresh=True), step(2)))

    assert stored_ids(open_log) == [1]


def test_same_content_in_another_order_of_keys(journal: UpdateJournal) -> None:
    """What a JSON object says does not depend on the order of its keys."""
    journal.append(batch(step(1)))

    assert journal.append(batch(dict(reversed(step(1).items())))) == []


def test_empty_batch_writes_nothing(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """A batch without entries takes no slot."""
    assert journal.append(batch()) == []
    assert journal.append(b"{}") == []

    assert open_log().log.read(UPDATE.id) == ()


def test_two_writers(open_journal: OpenJournal, open_log: OpenStorage) -> None:
    """Two processes that write one journal in turn lose nothing of each other's."""
    first, second = open_journal(), open_journal()

    first.append(batch(step(1)))
    second.append(batch(step(2)))
    assert ids(first.append(batch(step(2), step(3)))) == [2, 3]
    second.append(batch(step(4)))

    assert stored_ids(open_log) == [1, 2, 3, 4]
    assert second.complete(COMPLETED) == COMPLETED
    assert first.complete(Seal(SealReason.COMPLETED)) == COMPLETED


def test_seal_refuses_everybody(open_journal: OpenJournal, open_log: OpenStorage) -> None:
    """Behind a seal nothing is written, and the refusal says why."""
    first, second, late = open_journal(), open_journal(), open_journal()
    first.append(batch(step(1)))
    second.seal(Seal(SealReason.TAKEN_OVER, "its client is gone"))

    for writer in (first, second, late):
        with pytest.raises(UpdateLostError, match="taken over.*: its client is gone"):
            writer.append(batch(step(2)))

    assert stored_ids(open_log) == [1]


def test_earlier_seal_wins(open_journal: OpenJournal) -> None:
    """Whoever seals second learns which seal is in force."""
    first, second = open_journal(), open_journal()
    taken_over = Seal(SealReason.TAKEN_OVER, "dead")

    assert first.seal(taken_over) == taken_over
    assert second.complete(COMPLETED) == taken_over
    assert first.seal(COMPLETED) == taken_over


def test_known_entry_is_refused_behind_a_known_seal(journal: UpdateJournal) -> None:
    """Once refused, always refused: a repeated batch is no exception."""
    journal.append(batch(step(1)))
    journal.seal(Seal(SealReason.REFUSED, "no"))

    with pytest.raises(UpdateLostError):
        journal.append(batch(step(1)))


@pytest.mark.parametrize("present", [[2], [1, 3], [1, 2, 4, 9], [10**18]])
def test_hole_is_refused(journal: UpdateJournal, present: list[int]) -> None:
    """A journal that lacks an entry cannot be completed."""
    journal.append(batch(*map(step, present)))
    hole = next(number for number in range(1, 10) if number not in present)

    assert journal.complete(COMPLETED) == Seal(
        SealReason.REFUSED, f"journal entry {hole} never arrived"
    )


def test_holes_are_seen_by_a_process_that_wrote_nothing(open_journal: OpenJournal) -> None:
    """Completion may come by another process than the entries did."""
    open_journal().append(batch(step(1), step(3)))
    assert open_journal().complete(COMPLETED).reason is SealReason.REFUSED


def test_other_process_fills_the_hole(open_journal: OpenJournal) -> None:
    """A hole in one process's view may have been filled by way of another."""
    first, second = open_journal(), open_journal()
    first.append(batch(step(2)))
    second.append(batch(step(1)))

    assert first.complete(COMPLETED) == COMPLETED


def test_take_over_of_a_journal_with_holes(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """Of a killed run a hole is nothing wrong."""
    journal.append(batch(step(1), step(3)))
    taken_over = Seal(SealReason.TAKEN_OVER)

    assert journal.seal(taken_over) == taken_over
    assert stored_ids(open_log) == [1, 3]


@pytest.mark.parametrize("moment", Moment)
def test_answer_of_the_store_is_lost(open_log: OpenStorage, moment: Moment) -> None:
    """A batch whose answer was lost is sent again, and is in the log once."""
    storage = watched(open_log(), Outage(call="log.append", moment=moment))
    journal = journal_of(storage.log)
    with pytest.raises(StoreUnavailableError):
        journal.append(batch(step(1)))

    assert ids(journal.append(batch(step(1)))) == [1]
    assert ids(journal.append(batch(step(2)))) == [2]

    assert stored_ids(open_log) == [1, 2]
    assert len(open_log().log.read(UPDATE.id)) == 2


@pytest.mark.parametrize("moment", Moment)
def test_answer_to_the_seal_is_lost(open_log: OpenStorage, moment: Moment) -> None:
    """A completion whose answer was lost is repeated, and is the same completion."""
    storage = watched(open_log(), Outage(call="log.append", moment=moment))
    journal = journal_of(storage.log)
    with pytest.raises(StoreUnavailableError):
        journal.complete(COMPLETED)

    assert journal.complete(Seal(SealReason.COMPLETED)).reason is SealReason.COMPLETED
    assert len(open_log().log.read(UPDATE.id)) == 1


def test_answer_lost_and_taken_over(open_log: OpenStorage) -> None:
    """A batch that was written, unbeknown to its writer, before a take-over: it is in the state,
    and its writer is refused."""
    storage = watched(open_log(), Outage(call="log.append", moment=Moment.AFTER))
    journal = journal_of(storage.log)
    with pytest.raises(StoreUnavailableError):
        journal.append(batch(step(1)))
    journal_of(open_log().log).seal(Seal(SealReason.TAKEN_OVER))

    with pytest.raises(UpdateLostError):
        journal.append(batch(step(1)))

    assert stored_ids(open_log) == [1]


def test_dropped_log_refuses(open_journal: OpenJournal, open_log: OpenStorage) -> None:
    """When the log is gone with its stack, a writer that slept is refused, and told why."""
    first, second = open_journal(), open_journal()
    first.append(batch(step(1)))
    open_log().log.drop(UPDATE.id)

    for writer in (first, second):
        with pytest.raises(UpdateLostError, match="its stack was deleted"):
            writer.append(batch(step(2)))
        with pytest.raises(UpdateLostError, match="its stack was deleted"):
            writer.complete(COMPLETED)


def test_client_cannot_write_a_seal(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """A batch that looks like a record of ours is a batch like any other."""
    for number, prefix in enumerate((b'{"seal": {"reason": "completed"}, ', b"{"), start=1):
        journal.append(prefix + batch(step(number))[1:])
    with pytest.raises(JournalEntryError):
        journal.append(Seal(SealReason.COMPLETED).as_body())

    assert read_contents(open_log().log, UPDATE.id).seal is None
    assert stored_ids(open_log) == [1, 2]


def test_unknown_kind_is_refused(journal: UpdateJournal, open_log: OpenStorage) -> None:
    """An entry of a newer engine is refused by name, with all of its batch."""
    newer = step(2) | {"kind": 99}

    with pytest.raises(JournalEntryError, match="kind 99"):
        journal.append(batch(step(1), newer))

    assert stored_ids(open_log) == []


def test_entries_are_checked_before_they_are_written(journal: UpdateJournal) -> None:
    """An entry that the caller does not allow is refused, and its whole batch with it."""

    def refuse(entry: JournalEntry) -> None:
        if entry.sequence_id == 2:
            raise JournalEntryError("not this one")

    with pytest.raises(JournalEntryError, match="not this one"):
        journal.append(batch(step(1), step(2)), check=refuse)

    assert ids(journal.append(batch(step(1)))) == [1]


def test_contents(open_log: OpenStorage) -> None:
    """The contents know when the last batch and the seal came."""
    clock = FixedClock(NOON)
    journal = UpdateJournal(open_log().log, UPDATE, clock=clock)
    journal.append(batch(step(1)))
    clock.advance(1)
    journal.append(batch(step(2)))
    clock.advance(1)
    seal = Seal(SealReason.COMPLETED, succeeded=True, resource_changes={"create": 1})
    journal.complete(seal)

    contents = read_contents(open_log().log, UPDATE.id)

    assert ids(contents.entries) == [1, 2]
    assert contents.seal == seal
    assert contents.last_entry_at == NOON + timedelta(seconds=1)
    assert contents.sealed_at == NOON + timedelta(seconds=2)


def test_contents_of_nothing(open_log: OpenStorage) -> None:
    """A log that was never written is empty and open."""
    contents = read_contents(open_log().log, UPDATE.id)

    assert (contents.entries, contents.seal, contents.last_entry_at) == ((), None, None)


@pytest.mark.parametrize("body", [b"", b"batch 2\n{}", b"batch 1\n{", b"seal", b'{"entries":[]}'])
def test_unreadable_record(open_log: OpenStorage, body: bytes) -> None:
    """A record that nobody here wrote is not passed over."""
    storage = memory_opener()()
    storage.log.append(UPDATE.id, log_record(1, body or b" "))

    with pytest.raises(CorruptStateError):
        read_contents(storage.log, UPDATE.id)


@given(
    batches=st.permutations(range(1, 9)).flatmap(
        lambda ids: st.lists(
            st.lists(st.sampled_from(ids), min_size=1, max_size=5), min_size=1, max_size=12
        )
    ),
    writers=st.lists(st.integers(0, 2), min_size=12, max_size=12),
)
def test_any_batches_in_any_order(batches: list[list[int]], writers: list[int]) -> None:
    """However entries are cut into batches, repeated and reordered, by whichever process: each
    is reported new exactly once to every process that did not know it, and stored once."""
    storage = memory_opener()()
    journals = [journal_of(storage.log) for _ in range(3)]
    for numbers, writer in zip(batches, writers, strict=False):
        journals[writer].append(batch(*map(step, numbers)))

    contents = read_contents(storage.log, UPDATE.id)
    sent = {number for numbers in batches for number in numbers}
    assert ids(contents.entries) == sorted(sent)
    whole = sent == set(range(1, max(sent) + 1))
    expected = SealReason.COMPLETED if whole else SealReason.REFUSED
    assert journals[0].complete(COMPLETED).reason is expected


@pytest.mark.parametrize("known_resources", [10, 10_000])
def test_acknowledging_costs_one_append(known_resources: int) -> None:
    """A batch costs one write and no read, however much the journal holds already."""
    watch = Watch()
    journal = journal_of(watched(memory_opener()(), watch).log)
    journal.append(batch(*map(step, range(1, known_resources + 1))))
    watch.taken()

    for number in range(known_resources + 1, known_resources + 11):
        journal.append(batch(success(number, 1)))

    assert watch.taken() == ["log.append"] * 10
