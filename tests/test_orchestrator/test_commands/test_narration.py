"""A run as a story."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.cli.server.errors import ServerAnswerError
from hoist.cli.server.reading import read
from hoist.operation_events import (
    OperationEnded,
    OperationEvent,
    OperationName,
    OperationStarted,
    Outcome,
    ProgramOutput,
    RunMoved,
)
from orchestrator.commands.narration import Narrator, operation_of
from orchestrator.commands.server.answers import EventPage, RunFacts
from scripted_runs import BEGINNING, page_document, run_document


def instant(seconds: float) -> datetime:
    return BEGINNING + timedelta(seconds=seconds)


def printed(seconds: float) -> ProgramOutput:
    return ProgramOutput(at=instant(seconds), line=f"after {seconds}")


def started(seconds: float) -> OperationStarted:
    return OperationStarted(
        at=instant(seconds),
        stack="shop/dev",
        operation=OperationName.UP,
        number=1,
        expected_resources=0,
        is_estimate=True,
    )


def result(outcome: Outcome, seconds: float = 9) -> OperationEnded:
    return OperationEnded(
        at=instant(seconds),
        stack="shop/dev",
        operation=OperationName.UP,
        outcome=outcome,
        reason="the worker's own words",
    )


def page(run: dict[str, Any], *events: OperationEvent, is_complete: bool = False) -> EventPage:
    return read(EventPage, page_document(run, *events, is_complete=is_complete))


def words(events: list[OperationEvent] | Any) -> list[str]:
    return [each.state if isinstance(each, RunMoved) else each.type for each in events]


def test_moves_stand_among_events_by_their_time() -> None:
    """What happened first is told first, whoever tells it."""
    run = run_document((0, "queued"), (2, "running"), (6, "interrupted"), (7, "running"))

    told = Narrator().tell(page(run, started(3), printed(5), started(8), is_complete=True))

    assert words(told) == [
        *("queued", "running", "operation_started", "program_output"),
        *("interrupted", "running", "operation_started"),
    ]


def test_a_move_behind_the_last_event_waits_for_the_next_page() -> None:
    """Events that are not there yet may have come before it."""
    narrator = Narrator()
    run = run_document((0, "queued"), (2, "running"), (6, "interrupted"))

    assert words(narrator.tell(page(run, started(3)))) == ["queued", "running", "operation_started"]
    assert words(narrator.tell(page(run, printed(5)))) == ["program_output"]
    assert words(narrator.tell(page(run))) == ["interrupted"]
    assert words(narrator.tell(page(run))) == []


def test_a_place_in_the_queue_is_told_when_it_changes() -> None:
    """And not again while it does not."""
    narrator = Narrator()
    told = [
        narrator.tell(page(run_document((0, "queued"), position=position)))
        for position in (2, 2, 1, 0, 0)
    ]

    assert [[event.position for event in each if isinstance(event, RunMoved)] for each in told] == [
        *([2], [], [1], [0], [])
    ]


def test_a_result_is_kept_for_the_end() -> None:
    """It is not among the events, and it is the run's result if the run agrees."""
    narrator, done = Narrator(), run_document((0, "queued"), (2, "running"), (9, "succeeded"))

    told = narrator.tell(page(done, started(3), result(Outcome.SUCCEEDED), is_complete=True))

    assert "result" not in words(told)
    assert narrator.result(_facts(done)).reason == "the worker's own words"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("succeeded", Outcome.FAILED),
        ("failed", Outcome.SUCCEEDED),
        ("cancelled", Outcome.FAILED),
        ("dead", Outcome.FAILED),
        ("needs_attention", Outcome.SUCCEEDED),
    ],
)
def test_a_result_that_the_run_does_not_agree_with_is_not_its_own(
    state: str, outcome: Outcome
) -> None:
    """Its worker died after it had told it, and the run went another way."""
    narrator = Narrator()
    run = run_document((0, "queued"), (2, "running"), (9, state, "as the run knows"))
    narrator.tell(page(run, started(3), result(outcome), is_complete=True))

    assert narrator.result(_facts(run)).reason == "as the run knows"


def test_a_result_before_another_slice_is_forgotten() -> None:
    """A run that failed later did not fail for the reason of an earlier slice."""
    narrator = Narrator()
    run = run_document((0, "queued"), (2, "running"), (9, "failed", "two slices without progress"))
    narrator.tell(page(run, started(3), result(Outcome.FAILED, 4), started(5), is_complete=True))

    assert narrator.result(_facts(run)).reason == "two slices without progress"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("succeeded", Outcome.SUCCEEDED),
        ("failed", Outcome.FAILED),
        ("cancelled", Outcome.CANCELLED),
        ("dead", Outcome.FAILED),
        ("needs_attention", Outcome.FAILED),
        ("a newer state", Outcome.FAILED),
    ],
)
def test_a_run_without_a_result_has_one_made_of_what_it_knows(state: str, outcome: Outcome) -> None:
    """Stack, operation, how long it took, and why."""
    slices = [{"number": 1, "started_at": "2026-11-23T10:00:02Z", "version": 7}]
    run = run_document((0, "queued"), (90, state), kind="destroy", slices=slices)

    made = Narrator().result(_facts(run))

    assert (made.outcome, made.operation, made.stack) == (outcome, "destroy", "shop/dev")
    assert (made.seconds, made.number) == (90.0, 7)
    assert made.reason == f"the run is {state.replace('_', ' ')}"


def test_an_operation_of_a_newer_version_is_told_as_such() -> None:
    """It is the server's answer that is not understood, no fault of this command."""
    with pytest.raises(ServerAnswerError, match="'import'"):
        operation_of(_facts(run_document(kind="import")))


def test_events_of_a_newer_version_are_passed_over() -> None:
    """What is no event at all is an error that says what to do."""
    document = page_document(run_document())
    document["events"] = [{"schema": 1, "type": "something_new", "at": "2026-11-23T10:00:00Z"}]
    assert words(Narrator().tell(read(EventPage, document))) == ["queued"]

    document["events"] = [{"schema": 1, "type": "diagnostic"}]
    with pytest.raises(ServerAnswerError) as caught:
        Narrator().tell(read(EventPage, document))
    assert "version of hoist" in caught.value.way_out


@given(
    moves=st.lists(st.integers(0, 20), min_size=1, max_size=8),
    events=st.lists(st.integers(0, 20), max_size=8),
    cuts=st.lists(st.integers(0, 8), max_size=4),
)
def test_nothing_is_lost_or_told_twice(
    moves: list[int], events: list[int], cuts: list[int]
) -> None:
    """However the story is cut into pages and the clocks differ, each has its own order."""
    states = [f"s{number}" for number in range(len(moves))]
    run = run_document(*zip(map(float, moves), states, strict=True))
    lines = [ProgramOutput(at=instant(at), line=str(number)) for number, at in enumerate(events)]
    edges = [0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]
    narrator, told = Narrator(), list[OperationEvent]()

    for first, last in zip(edges, edges[1:], strict=False):
        told += narrator.tell(page(run, *lines[first:last]))
    told += narrator.tell(page(run, is_complete=True))

    assert [each.state for each in told if isinstance(each, RunMoved)] == states
    assert [each.line for each in told if isinstance(each, ProgramOutput)] == [
        str(number) for number in range(len(events))
    ]


def _facts(run: dict[str, Any]) -> RunFacts:
    return read(RunFacts, run)
