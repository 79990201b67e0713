"""How a request becomes a run, exactly once, whoever dies on the way.

    submit             queue                      key record   run record
      read the queue ──► revision 7
      write its newest run, if that has no record  ◄── what the submit before may have left undone
      look up the key ───────────────────────────► none: that key never came
      put the waiting marker, if the queue is empty
      one write ───────► revision 8: the new run, whole      (from here on it exists, in its place)
      ───────────────────────────────────────────► put
      ─────────────────────────────────────────────────────────► put        (then the doorbell)

A death before the one write leaves nothing but perhaps a marker. A death after it leaves a run that
whoever comes next, submitter or worker, writes out from the queue first. A submit that comes again
with its key therefore finds its run, and two that come at once meet in the queue's revision: one of
them reads again. The run's id is made for that one write, so ids sort as the queue does.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.runs.errors import IdempotencyKeyReusedError, QueueFullError
from orchestrator.runs.ids import MakeRunId
from orchestrator.runs.moves import submitted
from orchestrator.runs.queue_documents import RunQueue
from orchestrator.runs.queues import MAX_WRITE_ATTEMPTS, Queues, too_fast
from orchestrator.runs.records import Run
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.run_keys import RunKeys
from orchestrator.runs.run_records import RunRecords
from orchestrator.runs.waiting import WaitingStacks
from orchestrator.state.errors import RecordChangedError

MAX_UNFINISHED = 100
"""Runs of one stack: nobody waits for the hundredth."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A run that is in the store, and whether this request brought it there."""

    run: Run
    is_new: bool


class Admissions:
    """Admits runs to the queues."""

    def __init__(
        self,
        queues: Queues,
        *,
        runs: RunRecords,
        keys: RunKeys,
        waiting: WaitingStacks,
        make_id: MakeRunId,
    ) -> None:
        self._queues = queues
        self._runs = runs
        self._keys = keys
        self._waiting = waiting
        self._make_id = make_id

    def admit(self, request: RunRequest, *, now: datetime) -> Admission:
        """Put a new run at the end of its queue, or find the one that its key stands for.

        Raises IdempotencyKeyReusedError, QueueFullError, and StateConflictError if the queue never
        holds still.
        """
        for _ in range(MAX_WRITE_ATTEMPTS):
            queue = self._queues.read(request.stack_id)
            self._queues.write_newest(queue)
            if run_id := self._keys.run_id_of(request):
                return Admission(self._known(request, run_id), is_new=False)
            with suppress(RecordChangedError):
                return Admission(self._append(queue, request, now), is_new=True)
        raise too_fast(request.stack_id)

    def _append(self, queue: RunQueue, request: RunRequest, now: datetime) -> Run:
        _refuse_full(queue, request)
        at = queue.next_instant(now)
        run = submitted(request, run_id=self._make_id(at), at=at).run
        if not queue.run_ids:
            self._waiting.mark(queue.stack_id, at=now)
        self._queues.write(queue.admitting(run))
        self._queues.write_out(run)
        return replace(run, revision=1)

    def _known(self, request: RunRequest, run_id: str) -> Run:
        if self._runs.find(request.stack_id, run_id) is None:
            # Another submitter is between its last two writes: the run is the queue's newest.
            self._queues.write_newest(self._queues.read(request.stack_id))
        run = self._runs.require(request.stack_id, run_id)
        if not request.asks_the_same_as(run.request):
            raise IdempotencyKeyReusedError(
                f"the idempotency key '{request.idempotency_key}' stands for run {run.id},"
                " which asks for something else",
                way_out="use a new key for a new run",
            )
        return run


def _refuse_full(queue: RunQueue, request: RunRequest) -> None:
    if len(queue.run_ids) >= MAX_UNFINISHED:
        raise QueueFullError(
            f"stack '{request.stack}' has {MAX_UNFINISHED} unfinished runs",
            way_out="cancel some, or wait for some to end",
        )
