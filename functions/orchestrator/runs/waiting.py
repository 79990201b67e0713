"""Markers: which stacks have unfinished runs. Behind every run that nobody works on is one of them.

A marker is put before the first run enters an empty queue, and removed after the last has left:

    submit     queue is empty, revision 7                       put marker
    submit                                      queue: 7 -> 8, one run
    leave      read marker, revision m          queue: 8 -> 9, empty          delete marker at m

A marker may only be deleted at a revision that was read before a write which left the queue empty,
and whoever submits to an empty queue puts the marker after reading the queue's revision. So of two
who meet one loses: either the queue's write fails, or the marker has another revision by then.
What a death leaves behind is at worst a marker without a run, and a sweep removes it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from orchestrator.runs.documents import FORMAT
from orchestrator.runs.record_keys import WAITING_PARTITION, waiting_key
from orchestrator.state.errors import RecordChangedError
from orchestrator.state.storage import Records


@dataclass(frozen=True, slots=True)
class WaitingMarker:
    """Says that a stack may have an unfinished run."""

    stack_id: str
    revision: int


class WaitingStacks:
    """The markers of all stacks."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find(self, stack_id: str) -> WaitingMarker | None:
        found = self._records.get(waiting_key(stack_id))
        return WaitingMarker(stack_id, found.revision) if found else None

    def mark(self, stack_id: str, *, at: datetime) -> None:
        """Put the marker, or give it another revision. Raises RecordChangedError."""
        found = self.find(stack_id)
        self._records.put(
            waiting_key(stack_id),
            {"format": FORMAT, "marked_at": at.isoformat()},
            expected_revision=found.revision if found else 0,
        )

    def remove(self, marker: WaitingMarker) -> None:
        """Delete the marker, unless somebody has put it again since."""
        with suppress(RecordChangedError):
            self._records.delete(waiting_key(marker.stack_id), expected_revision=marker.revision)

    def all(self) -> Sequence[WaitingMarker]:
        """In the order of the stacks' ids."""
        return [
            WaitingMarker(found.key.sort, found.revision)
            for found in self._records.list(WAITING_PARTITION)
        ]
