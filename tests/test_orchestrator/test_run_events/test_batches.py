"""Batches of events: in order, bounded, the result alone."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hoist.clock import FixedClock
from hoist.operation_event_documents import document_of
from hoist.operation_events import ProgramOutput
from orchestrator.run_events.batches import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, WaitingEvents
from storages import NOON
from work_events import line, result


def waiting(max_bytes: int = 1_000_000_000) -> WaitingEvents:
    return WaitingEvents(clock=FixedClock(NOON), max_bytes=max_bytes)


def taken(events: WaitingEvents) -> list[list[dict[str, Any]]]:
    batches = []
    while events:
        batches.append(json.loads(events.take()))
    return batches


@given(st.lists(st.text(st.characters(codec=None), max_size=2000), max_size=700))
def test_events_come_out_in_order_and_whole(texts: list[str]) -> None:
    """Whatever texts they have, lone surrogates included; no batch is too large."""
    events = waiting()
    told = [line(text) for text in texts]
    for event in told:
        events.add(event)

    batches = taken(events)

    assert [event for batch in batches for event in batch] == [document_of(one) for one in told]
    assert all(len(batch) <= MAX_BATCH_EVENTS for batch in batches)
    assert all(len(json.dumps(batch)) <= MAX_BATCH_BYTES + 500 for batch in batches)


def test_an_event_larger_than_a_batch_is_one() -> None:
    """It goes alone."""
    events = waiting()
    for text in ("small", "x" * MAX_BATCH_BYTES, "small"):
        events.add(line(text))

    assert [len(batch) for batch in taken(events)] == [1, 1, 1]


def test_a_result_is_alone_and_due_at_once() -> None:
    """Whoever reads it knows that nothing else is in its slot."""
    events = waiting()
    events.add(line("before"))
    assert not events.has_batch
    events.add(result())
    assert events.has_batch

    assert [[event["type"] for event in batch] for batch in taken(events)] == [
        ["program_output"],
        ["result"],
    ]


def test_many_events_are_due_at_once() -> None:
    """By number, and by size."""
    by_number, by_size = waiting(), waiting()
    for _ in range(MAX_BATCH_EVENTS):
        by_number.add(line("x"))
    by_size.add(line("x" * MAX_BATCH_BYTES))

    assert by_number.has_batch
    assert by_size.has_batch


def test_what_does_not_fit_is_counted_where_it_is_missing() -> None:
    """A store that does not answer costs events, not memory; the result always fits."""
    events = waiting(max_bytes=1_000)
    for number in range(50):
        events.add(line(f"{number} {'x' * 100}"))
    kept = len(taken(events)[0])
    events.add(line("after"))
    events.add(result())

    [gap, after], [last] = taken(events)

    assert gap["severity"] == "warning"
    assert gap["message"].startswith(f"{50 - kept} events are missing here")
    assert after["line"] == "after"
    assert last["type"] == "result"


def test_lines_of_a_program_keep_their_text() -> None:
    """Nothing is escaped twice."""
    events = waiting()
    events.add(ProgramOutput(at=NOON, line='"ü" \\ 😀'))

    assert taken(events)[0][0]["line"] == '"ü" \\ 😀'
