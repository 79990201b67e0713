"""What a store of runs tells, checked by somebody who has nothing to do with its writers."""

import itertools
from collections.abc import Sequence

from orchestrator.runs.documents import run_in
from orchestrator.runs.lost_doorbells import RING_AGAIN_AFTER
from orchestrator.runs.queue_documents import RunQueue, queue_in
from orchestrator.runs.record_keys import (
    WAITING_PARTITION,
    idempotency_key,
    queue_key,
    runs_partition,
    waiting_key,
)
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution
from orchestrator.state.storage import Records
from run_sites import SUCCEEDED, RunSite

_SLICE_ENDS = (
    *(RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED),
    *(RunState.NEEDS_ATTENTION, RunState.INTERRUPTED, RunState.DEAD),
)
LEGAL = {
    (RunEvent.SUBMITTED, None, RunState.QUEUED),
    (RunEvent.CLAIMED, RunState.QUEUED, RunState.RUNNING),
    (RunEvent.CLAIMED, RunState.INTERRUPTED, RunState.RUNNING),
    (RunEvent.TAKEN_OVER, RunState.RUNNING, RunState.RUNNING),
    (RunEvent.GIVEN_UP, RunState.RUNNING, RunState.DEAD),
    (RunEvent.GIVEN_UP, RunState.RUNNING, RunState.FAILED),
    (RunEvent.GIVEN_UP, RunState.INTERRUPTED, RunState.FAILED),
    (RunEvent.CANCEL_REQUESTED, RunState.RUNNING, RunState.RUNNING),
    (RunEvent.CANCELLED, RunState.QUEUED, RunState.CANCELLED),
    (RunEvent.CANCELLED, RunState.INTERRUPTED, RunState.CANCELLED),
    (RunEvent.CANCELLED, RunState.NEEDS_ATTENTION, RunState.CANCELLED),
    (RunEvent.RETRIED, RunState.NEEDS_ATTENTION, RunState.INTERRUPTED),
    *((RunEvent.SLICE_ENDED, RunState.RUNNING, state) for state in _SLICE_ENDS),
}


def check_story(records: Records, stack_id: str) -> Sequence[Run]:
    """Whatever was written when, the store tells a consistent story; returns the stack's runs."""
    runs = runs_of(records, stack_id)
    for run in runs:
        _check_timeline(run)
        _check_slices(run)
        _check_key(records, run)
    _check_order(runs)
    _check_queue(records, stack_id, runs)
    return runs


def runs_of(records: Records, stack_id: str) -> Sequence[Run]:
    """The runs that have a record, oldest first."""
    found = records.list(runs_partition(stack_id))
    return [run_in(record.value, revision=record.revision) for record in found]


def queue_of(records: Records, stack_id: str) -> RunQueue:
    found = records.get(queue_key(stack_id))
    if found is None:
        return RunQueue(stack_id)
    return queue_in(found.value, stack_id=stack_id, revision=found.revision)


def finish_everything(site: RunSite, *stack_ids: str) -> None:
    """Let time pass, and let fresh workers come to the rings of a sweep until nothing is left."""
    service = site.service()
    for number in range(1000):
        site.clock.advance(RING_AGAIN_AFTER.total_seconds())
        for stack_id in service.stacks_to_ring().stack_ids:
            if claim := service.claim_next(stack_id, worker_id=f"finisher-{number}"):
                service.end_slice(claim, SUCCEEDED)
        blocked = [
            run
            for stack_id in stack_ids
            for run in service.unfinished(stack_id)
            if run.state is RunState.NEEDS_ATTENTION
        ]
        for run in blocked:
            service.resolve_attention(run.stack_id, run.id, Resolution.RETRY, who="ada")
        if not site.records().list(WAITING_PARTITION):
            break
    for stack_id in stack_ids:
        assert queue_of(site.records(), stack_id).run_ids == ()
        assert all(run.state.is_final for run in check_story(site.records(), stack_id))


def _check_timeline(run: Run) -> None:
    """Every state follows from the one before by a move that there is."""
    assert run.transitions[0].from_state is None
    assert run.transitions[-1].to_state is run.state
    for number, transition in enumerate(run.transitions, start=1):
        assert transition.number == number
        assert (transition.event, transition.from_state, transition.to_state) in LEGAL
    for before, after in itertools.pairwise(run.transitions):
        assert before.to_state is after.from_state
        assert before.at <= after.at


def _check_slices(run: Run) -> None:
    """Only the last slice of a running run is open, and each end was noted once."""
    assert [found.number for found in run.slices] == list(range(1, len(run.slices) + 1))
    assert (run.lease is not None) == (run.state is RunState.RUNNING)
    open_slices = [found for found in run.slices if found.outcome is None]
    assert open_slices == list(run.slices[-1:] if run.lease else ())
    events = [transition.event for transition in run.transitions]
    begun = events.count(RunEvent.CLAIMED) + events.count(RunEvent.TAKEN_OVER)
    noticed = events.count(RunEvent.TAKEN_OVER) + events.count(RunEvent.GIVEN_UP)
    assert len(run.slices) == begun
    assert events.count(RunEvent.SLICE_ENDED) + noticed == begun - len(open_slices)
    if run.state is RunState.SUCCEEDED:
        outcomes = [found.outcome for found in run.slices]
        assert outcomes.count(SliceOutcome.SUCCEEDED) == 1
        assert outcomes[-1] is SliceOutcome.SUCCEEDED


def _check_key(records: Records, run: Run) -> None:
    if run.request.idempotency_key:
        noted = records.get(idempotency_key(run.stack_id, run.request.idempotency_key))
        assert noted is not None
        assert noted.value["run_id"] == run.id


def _check_order(runs: Sequence[Run]) -> None:
    """No run begins before all that were created before it have ended."""
    for before, after in itertools.pairwise(runs):
        assert before.created_at < after.created_at
    for number, run in enumerate(runs):
        if run.slices:
            begun_at = run.transitions[1].at
            assert all(earlier.state.is_final for earlier in runs[:number])
            assert all(earlier.state_since <= begun_at for earlier in runs[:number])


def _check_queue(records: Records, stack_id: str, runs: Sequence[Run]) -> None:
    """Every unfinished run is in the queue, in order, and the stack is marked as waiting."""
    queue = queue_of(records, stack_id)
    assert list(queue.run_ids) == sorted(set(queue.run_ids))
    assert {run.id for run in runs if not run.state.is_final} <= set(queue.run_ids)
    without_record = set(queue.run_ids) - {run.id for run in runs}
    assert without_record <= ({queue.newest.id} if queue.newest else set())
    if queue.run_ids:
        assert records.get(waiting_key(stack_id)) is not None
