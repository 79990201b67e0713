"""Pages of a run's events: slice after slice, each read to its end before the next begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.run_events.cursors import Cursor
from orchestrator.run_events.slots import EventSlot, SlotSource
from orchestrator.runs.records import Run, Slice
from orchestrator.runs.states import RunState, SliceOutcome

SLOTS_PER_PAGE = 16
"""A slot has at most 256 KB, and a little more where one event alone has: a page has about 4 MB."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events in their order, and where to go on."""

    events: Sequence[Mapping[str, Any]]
    """As schema 1 of `hoist.operation_events` has them."""
    next: str
    """The cursor behind them."""
    is_complete: bool
    """Whether the run is over, or waits for a person, and no event will follow."""


def read_page(run: Run, source: SlotSource, after: Cursor) -> EventPage:
    """The events behind the cursor. `run` must have been read before: a slice that has ended in it
    has written its events."""
    events: list[Mapping[str, Any]] = []
    cursor, room = after, SLOTS_PER_PAGE
    for part in run.slices[after.slice_number - 1 :]:
        if part.number > cursor.slice_number:
            cursor = Cursor(part.number)
        for slot in source.slots(part.number, after=cursor.slot, limit=room):
            if slot.is_result and part.outcome is None:
                # Not before the run is over: its worker may die before it can say so.
                return EventPage(events, str(cursor), is_complete=False)
            events += _shown(slot, run, part)
            cursor = Cursor(part.number, slot.number)
            room -= 1
        if not room or part.outcome is None:
            return EventPage(events, str(cursor), is_complete=False)
    return EventPage(events, str(cursor), is_complete=_is_over(run))


def _shown(slot: EventSlot, run: Run, part: Slice) -> Sequence[Mapping[str, Any]]:
    """Nothing for the result of a slice that was not the end."""
    is_end = _is_over(run) and part is run.slices[-1] and part.outcome is not SliceOutcome.CRASHED
    return slot.events if is_end or not slot.is_result else ()


def _is_over(run: Run) -> bool:
    return run.state.is_final or run.state is RunState.NEEDS_ATTENTION
