"""Queues: one small document per stack, which alone decides what exists and in what order.

The first run of a queue is the only one that may be worked on. It leaves when it is finished:

    last slice ends    run record: succeeded  ──►  queue: without its id
      a death in between leaves a finished run in front; whoever looks next takes it out

The last run that was admitted stands in the queue as a whole (see `admissions`). Every write of the
queue comes after the records of that run, so at most one run is ever without its own.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from orchestrator.runs.moves import Move
from orchestrator.runs.queue_documents import RunQueue, queue_document, queue_in
from orchestrator.runs.record_keys import queue_key
from orchestrator.runs.records import Run
from orchestrator.runs.run_keys import RunKeys
from orchestrator.runs.run_records import RunRecords
from orchestrator.runs.waiting import WaitingMarker, WaitingStacks
from orchestrator.state.errors import RecordChangedError, StateConflictError
from orchestrator.state.storage import Records

# Everybody who submits to a stack writes its queue, and of many at once one gets through at a time.
MAX_WRITE_ATTEMPTS = 20


class Queues:
    """The queues of all stacks."""

    def __init__(
        self, records: Records, *, runs: RunRecords, keys: RunKeys, waiting: WaitingStacks
    ) -> None:
        self._records = records
        self._runs = runs
        self._keys = keys
        self._waiting = waiting

    def read(self, stack_id: str) -> RunQueue:
        """The queue as it is stored; an empty one for a stack that never had a run."""
        found = self._records.get(queue_key(stack_id))
        if found is None:
            return RunQueue(stack_id)
        return queue_in(found.value, stack_id=stack_id, revision=found.revision)

    def write(self, queue: RunQueue) -> RunQueue:
        """Replace the queue that it was made of; raises RecordChangedError."""
        written = self._records.put(
            queue_key(queue.stack_id), queue_document(queue), expected_revision=queue.revision
        )
        return replace(queue, revision=written.revision)

    def write_newest(self, queue: RunQueue) -> None:
        """Give the newest run its own records, if they are missing."""
        run = queue.newest
        if run is not None and self._runs.find(run.stack_id, run.id) is None:
            self.write_out(run)

    def write_out(self, run: Run) -> None:
        """Write the records of a run that was just admitted; does nothing where they exist."""
        # In this order: a run that has a record has its key noted.
        self._keys.note(run)
        self._runs.add(Move(run, run.transitions[-1]))

    def front(self, queue: RunQueue) -> Run | None:
        """The first run as it is now, finished or not; of revision 0 if it has no record yet."""
        if not queue.run_ids:
            return None
        run_id = queue.run_ids[0]
        run = self._runs.find(queue.stack_id, run_id)
        if run is None and queue.newest is not None and queue.newest.id == run_id:
            return queue.newest
        return run or self._runs.require(queue.stack_id, run_id)

    def first_unfinished(self, stack_id: str, *, now: datetime) -> Run | None:
        """The oldest unfinished run; the finished ones in front of it leave the queue."""
        queue = self.read(stack_id)
        while (run := self.front(queue)) is not None:
            if run.revision == 0:
                self.write_out(run)
            if not run.state.is_final:
                return run
            queue = self.remove(stack_id, run.id, now=now)
        return None

    def remove(self, stack_id: str, run_id: str, *, now: datetime) -> RunQueue:
        """Take a finished run out, if it is still in; returns the queue without it.

        Raises StateConflictError if the queue never holds still.
        """
        for _ in range(MAX_WRITE_ATTEMPTS):
            queue = self.read(stack_id)
            if run_id not in queue.run_ids:
                return queue
            self.write_newest(queue)
            with suppress(RecordChangedError):
                return self._write_without(queue, run_id, now)
        raise too_fast(stack_id)

    def unfinished(self, stack_id: str) -> Sequence[Run]:
        """The stack's unfinished runs, oldest first."""
        queue = self.read(stack_id)
        self.write_newest(queue)
        found = [self._runs.require(stack_id, run_id) for run_id in queue.run_ids]
        return [run for run in found if not run.state.is_final]

    def remove_idle_marker(self, marker: WaitingMarker) -> None:
        """Remove what a death left behind: the marker of an empty queue."""
        queue = self.read(marker.stack_id)
        if queue.run_ids:
            return
        # The write changes nothing; whoever was about to submit has to read again.
        with suppress(RecordChangedError):
            self.write(queue)
            self._waiting.remove(marker)

    def _write_without(self, queue: RunQueue, run_id: str, now: datetime) -> RunQueue:
        rest = queue.without(run_id, now=now)
        if rest.run_ids:
            return self.write(rest)
        marker = self._waiting.find(queue.stack_id)
        written = self.write(rest)
        if marker is not None:
            self._waiting.remove(marker)
        return written


def too_fast(stack_id: str) -> StateConflictError:
    return StateConflictError(
        f"the queue of stack {stack_id} is changing too fast", way_out="try again in a moment"
    )
