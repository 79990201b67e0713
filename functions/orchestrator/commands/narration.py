"""A run told as events: its own moves among what its workers wrote, and the result at the end."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from hoist.cli.server.errors import ServerAnswerError
from hoist.operation_event_documents import event_in
from hoist.operation_events import (
    OperationEnded,
    OperationEvent,
    OperationName,
    OperationStarted,
    Outcome,
    RunMoved,
)
from orchestrator.commands.server.answers import NEEDS_ATTENTION, EventPage, RunFacts

QUEUED = "queued"

# A result that a worker wrote is the run's own only if the run ended as it says: the worker may
# have died right after it, and others went on.
_AGREEING: Mapping[str, frozenset[Outcome]] = {
    "succeeded": frozenset({Outcome.SUCCEEDED}),
    "failed": frozenset({Outcome.FAILED, Outcome.CHANGES_FOUND, Outcome.REFUSED}),
    "cancelled": frozenset({Outcome.CANCELLED}),
    NEEDS_ATTENTION: frozenset(Outcome) - {Outcome.SUCCEEDED},
}
_OUTCOMES: Mapping[str, Outcome] = {"succeeded": Outcome.SUCCEEDED, "cancelled": Outcome.CANCELLED}


class Narrator:
    """Takes the pages of a run's events in their order."""

    def __init__(self) -> None:
        self._moves_told = 0
        self._position_told = 0
        self._result: OperationEnded | None = None

    def tell(self, page: EventPage) -> Sequence[OperationEvent]:
        """What is new on the page, in order of time; a result is kept for the end.

        Raises ServerAnswerError for an event that cannot be read.
        """
        events = list(self._events(page.events))
        moves = self._moves(page, until=events[-1].at if events else None)
        return _in_order_of_time(moves, events)

    def result(self, run: RunFacts) -> OperationEnded:
        """How the run ended, as its last worker told it or as the run itself knows it."""
        told = self._result
        if told is not None and told.outcome in _AGREEING.get(run.state, frozenset()):
            return told
        return _result_of(run)

    def _events(self, documents: Sequence[Mapping[str, Any]]) -> Iterator[OperationEvent]:
        for document in documents:
            event = _readable(document)
            if isinstance(event, OperationEnded):
                self._result = event
            elif event is not None:
                if isinstance(event, OperationStarted):
                    # Another worker went on: what the one before said was not the end.
                    self._result = None
                yield event

    def _moves(self, page: EventPage, *, until: datetime | None) -> Sequence[RunMoved]:
        """Moves that were not told yet; those after the page's last event wait for the next one."""
        untold = [move for move in page.run.transitions if move.number > self._moves_told]
        if until is None or page.is_complete:
            new = untold
        else:
            new = list(takewhile(lambda move: move.at <= until, untold))
        moved = [
            RunMoved(at=move.at, run_id=page.run.id, state=move.to_state, reason=move.reason)
            for move in new
        ]
        if new:
            self._moves_told = new[-1].number
        return self._with_position(moved, page.run)

    def _with_position(self, moved: Sequence[RunMoved], run: RunFacts) -> Sequence[RunMoved]:
        """While it is queued, how many are ahead is news as well."""
        is_news = bool(moved) or run.position != self._position_told
        if run.state != QUEUED or not is_news:
            return moved
        self._position_told = run.position
        present = RunMoved(at=run.state_since, run_id=run.id, state=QUEUED, position=run.position)
        return [*moved[:-1], present]


def _in_order_of_time(
    moves: Sequence[RunMoved], events: Sequence[OperationEvent]
) -> Sequence[OperationEvent]:
    # Each of the two keeps its own order, whatever the clocks of their writers say.
    told: list[OperationEvent] = []
    left = list(moves)
    for event in events:
        while left and left[0].at <= event.at:
            told.append(left.pop(0))
        told.append(event)
    return [*told, *left]


def _readable(document: Mapping[str, Any]) -> OperationEvent | None:
    try:
        return event_in(document)
    except ValueError as error:
        raise ServerAnswerError(
            f"the server sent an event that this command cannot read: {error}",
            way_out="use the version of hoist that fits the server",
        ) from error


def _result_of(run: RunFacts) -> OperationEnded:
    took = (run.state_since - run.created_at).total_seconds()
    return OperationEnded(
        at=run.state_since,
        stack=run.stack_name,
        operation=operation_of(run),
        outcome=_OUTCOMES.get(run.state, Outcome.FAILED),
        number=run.slices[-1].version if run.slices else 0,
        seconds=round(max(0.0, took), 3),
        reason=run.reason or f"the run is {run.state.replace('_', ' ')}",
    )


def operation_of(run: RunFacts) -> OperationName:
    """The run's operation; raises ServerAnswerError for one of a newer version."""
    try:
        return OperationName(run.kind)
    except ValueError as error:
        raise ServerAnswerError(
            f"run {run.id} is a {run.kind!r}, which this command does not know",
            way_out="use the version of hoist that fits the server",
        ) from error
