"""Events of runs: pages behind a cursor, slice after slice, from the logs or from the archive."""

import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.clock import FixedClock
from hoist.operation_event_documents import document_of
from hoist.operation_events import OperationEvent
from orchestrator.run_events import RunEvents
from orchestrator.run_events.archives import archive_key
from orchestrator.run_events.pages import SLOTS_PER_PAGE
from orchestrator.run_events.slots import log_id
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.state.storage import LogRecord, Storage
from storages import NOON, OpenStorage, directory_opener, memory_opener, moto_place
from watched_storage import Died, Killer, Meanwhile, Moment, watched
from work_events import line, result, run_of

CRASHED, INTERRUPTED = SliceOutcome.CRASHED, SliceOutcome.INTERRUPTED
SUCCEEDED, ATTENTION = SliceOutcome.SUCCEEDED, SliceOutcome.NEEDS_ATTENTION


class Book:
    """A store of events, filled slot by slot."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.events = RunEvents(storage.log, storage.objects, FixedClock(NOON))
        self._slots: dict[str, int] = {}

    def write(self, run: Run, slice_number: int, *events: OperationEvent) -> None:
        """One slot."""
        log = log_id(run.id, slice_number)
        self._slots[log] = self._slots.get(log, 0) + 1
        body = json.dumps([document_of(event) for event in events]).encode()
        self.storage.log.append(log, LogRecord(self._slots[log], body, NOON))

    def read_all(self, run: Run, after: str = "") -> tuple[list[str], str, bool]:
        """What is to be read of a run, page by page, in short; then the last page's rest."""
        told: list[str] = []
        while True:
            page = self.events.read(run, after)
            told += [_short(event) for event in page.events]
            if page.next == after or page.is_complete:
                return told, page.next, page.is_complete
            after = page.next


def _short(event: Any) -> str:
    return str(event.get("line", event["type"]))


@pytest.fixture(params=["memory", "directory", "moto"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "moto":
        with moto_place() as place:
            yield place.open()
        return
    opener: OpenStorage = memory_opener()
    if request.param == "directory":
        opener = directory_opener(tmp_path / "store")
    yield opener()


@pytest.fixture
def book(storage: Storage) -> Book:
    return Book(storage)


def test_a_run_without_events_is_read(book: Book) -> None:
    """Queued: more may come. Cancelled before its first slice: nothing will."""
    waiting = run_of(state=RunState.QUEUED)
    assert book.read_all(waiting) == ([], "1-0", False)
    assert book.read_all(run_of(state=RunState.CANCELLED)) == ([], "1-0", True)


def test_slices_are_read_one_after_the_other(book: Book) -> None:
    """A reader who came early goes on with the next slice once the first has ended."""
    run = run_of(None, state=RunState.RUNNING)
    book.write(run, 1, line("a"), line("b"))
    told, cursor, is_complete = book.read_all(run)
    assert (told, is_complete) == (["a", "b"], False)

    run = run_of(INTERRUPTED, SUCCEEDED)
    book.write(run, 1, line("c"))
    book.write(run, 2, line("d"))
    book.write(run, 2, result())

    assert book.read_all(run, cursor) == (["c", "d", "result"], "2-2", True)
    assert book.read_all(run, "2-2") == ([], "2-2", True)


def test_a_result_is_held_back_until_the_run_is_over(book: Book) -> None:
    """Its worker may die before it can end the slice; the cursor stays before it."""
    running = run_of(None, state=RunState.RUNNING)
    book.write(running, 1, line("a"))
    book.write(running, 1, result())

    assert book.read_all(running) == (["a"], "1-1", False)
    assert book.read_all(run_of(SUCCEEDED), "1-1") == (["result"], "1-2", True)


def test_what_was_not_the_end_is_no_result(book: Book) -> None:
    """Of a worker that died after it, and of a run that a person sent on, no result is told."""
    run = run_of(CRASHED, ATTENTION, SUCCEEDED)
    for number in (1, 2, 3):
        book.write(run, number, line(f"slice {number}"))
        book.write(run, number, result())

    told = ["slice 1", "slice 2", "slice 3", "result"]
    assert book.read_all(run) == (told, "3-2", True)


def test_a_dead_run_has_no_result(book: Book) -> None:
    """Its last worker may have thought otherwise."""
    run = run_of(CRASHED, CRASHED, state=RunState.DEAD)
    book.write(run, 2, result())

    assert book.read_all(run) == ([], "2-1", True)


def test_a_run_that_waits_for_a_person_is_complete_until_then(book: Book) -> None:
    """Its result is told; if it goes on, so does the reader."""
    run = run_of(ATTENTION, state=RunState.NEEDS_ATTENTION)
    book.write(run, 1, result())
    assert book.read_all(run) == (["result"], "1-1", True)

    run = run_of(ATTENTION, None, state=RunState.RUNNING)
    book.write(run, 2, line("b"))

    assert book.read_all(run, "1-1") == (["b"], "2-1", False)


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_long_run_is_read_page_by_page(book: Book, is_archived: bool) -> None:
    """Each page is bounded, none is lost between two, whichever slice they are of."""
    run = run_of(*[INTERRUPTED] * 3, SUCCEEDED)
    lines = []
    for number in range(1, 5):
        for slot in range(SLOTS_PER_PAGE + 3):
            lines.append(f"{number}-{slot}")
            book.write(run, number, line(lines[-1]))
    if is_archived:
        book.events.archive(run)

    first = book.events.read(run)
    told, _, is_complete = book.read_all(run)

    assert len(first.events) == SLOTS_PER_PAGE
    assert told == lines
    assert is_complete


def test_an_archived_run_is_read_as_before(book: Book) -> None:
    """From every cursor on, the archive gives what the logs gave; the logs are gone."""
    run = run_of(CRASHED, SUCCEEDED)
    book.write(run, 1, line("a"), line("b"))
    book.write(run, 1, result())
    book.write(run, 2, line("c"))
    book.write(run, 2, result())
    cursors = ["", "1-1", "1-2", "2-0", "2-1", "2-2"]
    before = [book.read_all(run, cursor) for cursor in cursors]

    book.events.archive(run)
    book.events.archive(run)

    assert [book.read_all(run, cursor) for cursor in cursors] == before
    assert not any(book.storage.log.read(log_id(run.id, number)) for number in (1, 2))
    [key] = [found.key for found in book.storage.objects.list("events/")]
    stored = book.storage.objects.get(key)
    assert key == archive_key(run.id)
    assert stored
    lines = [json.loads(text) for text in gzip.decompress(stored.body).splitlines()]
    assert [found["cursor"] for found in lines] == ["1-1", "1-1", "1-2", "2-1", "2-2"]


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.NEEDS_ATTENTION])
def test_a_run_that_may_go_on_is_not_archived(book: Book, state: RunState) -> None:
    """Nor one that has no events."""
    run = run_of(None, state=state)
    book.write(run, 1, line("a"))

    book.events.archive(run)
    book.events.archive(run_of(state=RunState.CANCELLED))

    assert list(book.storage.objects.list("events/")) == []
    assert book.read_all(run)[0] == ["a"]


def test_a_reader_may_be_there_while_a_run_is_archived() -> None:
    """Between its look for the archive and its look into the logs, they may have changed places."""
    storage = memory_opener()()
    book = Book(storage)
    run = run_of(SUCCEEDED)
    book.write(run, 1, line("a"))
    book.write(run, 1, result())
    meanwhile = Meanwhile(call="log.read", action=lambda: book.events.archive(run))
    reader = watched(storage, meanwhile)

    page = RunEvents(reader.log, reader.objects, FixedClock(NOON)).read(run)

    assert [_short(event) for event in page.events] == ["a", "result"]
    assert page.is_complete


def test_an_archiving_may_die_anywhere() -> None:
    """Whatever it had done by then, the events are read whole, and the next archiving finishes."""
    for at_call in range(1, 40):
        for moment in Moment:
            if not _dies(at_call, moment):
                return
    raise AssertionError("it never came through")


def _dies(at_call: int, moment: Moment) -> bool:
    book = Book(memory_opener()())
    run = run_of(INTERRUPTED, SUCCEEDED)
    book.write(run, 1, line("a"))
    book.write(run, 2, line("b"))
    book.write(run, 2, result())
    killer = Killer(at_call=at_call, moment=moment)
    doomed = watched(book.storage, killer)
    with suppress(Died):
        RunEvents(doomed.log, doomed.objects, FixedClock(NOON)).archive(run)
    whole = (["a", "b", "result"], "2-2", True)
    assert book.read_all(run) == whole
    book.events.archive(run)
    assert book.read_all(run) == whole
    return killer.has_struck


ENDS = st.sampled_from([INTERRUPTED, CRASHED, ATTENTION])
SLOTS = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), max_size=20)


@given(st.lists(st.tuples(ENDS, SLOTS), max_size=4), SLOTS, st.integers(0, 60))
def test_every_event_is_read_once_whenever_somebody_reads(
    parts: list[tuple[SliceOutcome, list[list[int]]]], last: list[list[int]], stop_at: int
) -> None:
    """A follower who reads while the run goes on sees what one sees who comes late."""
    book = Book(memory_opener()())
    outcomes = [outcome for outcome, _ in parts]
    slots = [(number, slot) for number, (_, some) in enumerate(parts, 1) for slot in some]
    slots += [(len(parts) + 1, slot) for slot in last]
    finished = run_of(*outcomes, SUCCEEDED)
    told: list[str] = []
    cursor = ""
    for count, (number, slot) in enumerate(slots):
        book.write(finished, number, *(line(str(value)) for value in slot))
        if count % 7 == stop_at % 7:
            present = run_of(*outcomes[: number - 1], None, state=RunState.RUNNING)
            more, cursor, is_complete = book.read_all(present, cursor)
            told += more
            assert not is_complete
    book.write(finished, len(parts) + 1, result())

    more, _, is_complete = book.read_all(finished, cursor)

    assert is_complete
    assert told + more == book.read_all(finished)[0]
    assert told + more == [str(value) for _, slot in slots for value in slot] + ["result"]
