"""The writer of a slice's events: soon, in order, whatever the store does, and never in the way."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from engine_children import eventually
from hoist.clock import SystemClock
from hoist.errors import HoistError
from orchestrator.run_events.writer import EventWriter
from orchestrator.state.errors import SlotTakenError, StoreUnavailableError
from orchestrator.state.storage import Log, LogRecord
from orchestrator.state.stores.memory import in_memory_storage
from storages import NOON, log_record
from watched_storage import Moment, Outage, watched
from work_events import line, result

pytestmark = pytest.mark.thorough

LOG = "run-events/run-1/1"


@dataclass(slots=True)
class Deaf(Outage):
    """A store that does not answer until it is told to."""

    answers: threading.Event = field(default_factory=threading.Event)

    def at(self, moment: Moment, call: str) -> None:
        if moment is Moment.BEFORE and call == "log.append":
            self.calls.append(call)
            assert self.answers.wait(60)


def writer(log: Log, on_error: Callable[[HoistError], None]) -> EventWriter:
    return EventWriter(log, LOG, clock=SystemClock(), on_error=on_error)


def lines_in(log: Log) -> list[str]:
    return [event["line"] for record in log.read(LOG) for event in json.loads(record.body)]


@pytest.fixture
def errors() -> list[HoistError]:
    """What the writer complained of."""
    return []


def test_events_are_written_while_the_slice_goes_on(errors: list[HoistError]) -> None:
    """Without being asked to, soon after the first."""
    log = in_memory_storage().log

    with writer(log, errors.append) as events:
        events.write(line("one"))
        assert eventually(lambda: lines_in(log) == ["one"])

    assert errors == []


def test_all_is_written_at_the_end(errors: list[HoistError]) -> None:
    """From several threads; each thread's events stay in order, and no thread is left."""
    log = in_memory_storage().log
    before = set(threading.enumerate())

    with writer(log, errors.append) as events:
        threads = [threading.Thread(target=lambda name=name: _tell(events, name)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    told = lines_in(log)
    assert len(told) == 900
    for name in "abc":
        assert [text for text in told if text[0] == name] == [f"{name} {n}" for n in range(300)]
    assert set(threading.enumerate()) <= before
    assert errors == []


def test_nothing_told_is_nothing_written(errors: list[HoistError]) -> None:
    """A slice without events has no log."""
    log = in_memory_storage().log

    with writer(log, errors.append):
        pass

    assert list(log.read(LOG)) == []


@pytest.mark.parametrize("moment", Moment)
def test_a_store_that_does_not_answer_is_asked_again(
    errors: list[HoistError], moment: Moment
) -> None:
    """Whether the batch was written or not, it is in the log once."""
    storage = in_memory_storage()
    outage = Outage(call="log.append", moment=moment)

    with writer(watched(storage, outage).log, errors.append) as events:
        events.write(line("one"))
        assert eventually(lambda: outage.times == 0)
        events.write(line("two"))

    assert lines_in(storage.log) == ["one", "two"]
    assert errors == []


def test_whoever_tells_never_waits_for_the_store(errors: list[HoistError]) -> None:
    """A store that hangs holds up nobody but the writer's own thread."""
    storage = in_memory_storage()
    deaf = Deaf()

    with writer(watched(storage, deaf).log, errors.append) as events:
        events.write(line("one"))
        assert eventually(lambda: bool(deaf.calls))
        events.write(line("two"))
        events.write(result())
        deaf.answers.set()

    bodies = [json.loads(record.body) for record in storage.log.read(LOG)]
    assert [[event["type"] for event in body] for body in bodies] == [
        ["program_output"],
        ["program_output"],
        ["result"],
    ]


def test_a_store_that_never_answers_is_given_up_at_the_end(errors: list[HoistError]) -> None:
    """The slice ends all the same, and somebody is told, once."""
    storage = in_memory_storage()
    outage = Outage(call="log.append", moment=Moment.BEFORE, times=1_000)

    with writer(watched(storage, outage).log, errors.append) as events:
        events.write(line("one"))

    assert [type(error) for error in errors] == [StoreUnavailableError]


def test_a_slot_of_somebody_else_ends_the_writing(errors: list[HoistError]) -> None:
    """The log is not this writer's alone, as it must be: nothing is mixed in."""
    log = in_memory_storage().log
    log.append(LOG, log_record(1, b"[]"))

    with writer(log, errors.append) as events:
        events.write(line("one"))
        assert eventually(lambda: bool(errors))
        events.write(line("two"))

    assert [type(error) for error in errors] == [SlotTakenError]
    assert list(log.read(LOG)) == [LogRecord(1, b"[]", NOON)]


def _tell(events: EventWriter, name: str) -> None:
    for number in range(300):
        events.write(line(f"{name} {number}"))
