"""Runs in any state, made by the very moves that lead there."""

from datetime import datetime, timedelta

from orchestrator.runs.claiming import LEASE_LENGTH, claim
from orchestrator.runs.moves import submitted
from orchestrator.runs.records import Claim, Progress, Run
from orchestrator.runs.slices import SliceEnding, slice_ended
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.runs.wishes import request_cancel
from run_sites import request
from storages import NOON

SOON = NOON + timedelta(seconds=10)
AFTER_THE_LEASE = NOON + LEASE_LENGTH


def queued() -> Run:
    return submitted(request(), run_id="run-1", at=NOON).run


def running(run: Run | None = None, worker_id: str = "worker-1", now: datetime = NOON) -> Run:
    return claim(run or queued(), worker_id=worker_id, now=now).run


def claim_of(run: Run) -> Claim:
    """The claim of whoever works on it."""
    assert run.lease
    return Claim(run, run.lease.worker_id)


def ended(
    outcome: SliceOutcome, *, run: Run | None = None, finished: int = 0, now: datetime = NOON
) -> Run:
    """A run at the end of its slice, or of its next; `finished` is how many resources that did."""
    if run is None or run.lease is None:
        run = running(run, now=now)
    progress = Progress(resources_finished=finished)
    return slice_ended(run, claim_of(run), SliceEnding(outcome, progress), now=now).run


def crashed_often(times: int) -> Run:
    """Running, after that many crashes, with a lease that ends LEASE_LENGTH after the last."""
    run = running()
    for number in range(times):
        assert run.lease
        run = running(run, worker_id=f"worker-{number + 2}", now=run.lease.ends_at)
    return run


def in_state(state: RunState) -> Run:
    """Some run that is in this state."""
    match state:
        case RunState.QUEUED:
            return queued()
        case RunState.RUNNING:
            return running()
        case RunState.CANCELLED:
            return request_cancel(queued(), who="ada", now=NOON).run
        case RunState.DEAD:
            run = crashed_often(2)
            assert run.lease
            return claim(run, worker_id="last", now=run.lease.ends_at).run
        case _:
            return ended(SliceOutcome(state.value), finished=1)
