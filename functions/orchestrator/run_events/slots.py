"""Slots of events: what one write of a slice's writer is, and where it is stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hoist.operation_events import OperationEnded
from orchestrator.state.storage import Log

RESULT = OperationEnded.type


def log_id(run_id: str, slice_number: int) -> str:
    """The log of one slice's events."""
    return f"run-events/{run_id}/{slice_number}"


@dataclass(frozen=True, slots=True)
class EventSlot:
    """Event documents that were written at once; a result is always alone in its slot."""

    number: int
    events: Sequence[Mapping[str, Any]]

    @property
    def is_result(self) -> bool:
        return any(event.get("type") == RESULT for event in self.events)


class SlotSource(Protocol):
    """Where the slots of one run are."""

    def slots(self, slice_number: int, *, after: int, limit: int) -> Sequence[EventSlot]:
        """At most `limit` slots of the slice behind slot `after`; a limit of 0 means all."""
        ...


@dataclass(frozen=True, slots=True)
class LogSlots:
    """The slots as their writers left them."""

    log: Log
    run_id: str

    def slots(self, slice_number: int, *, after: int, limit: int) -> Sequence[EventSlot]:
        records = self.log.read(log_id(self.run_id, slice_number), after_slot=after, limit=limit)
        return [EventSlot(record.slot, json.loads(record.body)) for record in records]
