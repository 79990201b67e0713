"""Who works on a run: claims, heartbeats, and what a lease that ran out means."""

from dataclasses import replace
from datetime import datetime, timedelta

from orchestrator.runs.errors import ClaimLostError, RunNotClaimableError
from orchestrator.runs.moves import Move, moved
from orchestrator.runs.records import Claim, Lease, Progress, Run, Slice
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome

LEASE_LENGTH = timedelta(seconds=60)
"""A worker beats every 20 s: two beats may be lost."""
CRASHES_ALLOWED = 2
"""In a row; the third is no coincidence."""
MAX_SLICES = 100
"""A day of full slices. The record tells of each one, and is rewritten with each heartbeat."""


def claim(run: Run, *, worker_id: str, now: datetime) -> Move:
    """Give the run to a worker, for its next slice. Raises RunNotClaimableError.

    `worker_id` names one invocation: who asks with it again had lost the answer. A run whose
    worker crashed too often becomes `dead` instead, and one with too many slices `failed`.
    """
    if run.lease is not None and run.lease.worker_id == worker_id:
        return Move(replace(run, lease=_lease(worker_id, now)))
    if not run.is_claimable(now):
        raise _not_claimable(run)
    if run.lease is None:
        return _begun(run, RunEvent.CLAIMED, worker_id=worker_id, now=now, reason="")
    reason = _crash_reason(run, run.lease, now)
    run = crashed(run, now)
    if is_crashing_too_often(run):
        return moved(run, RunEvent.GIVEN_UP, RunState.DEAD, who=worker_id, at=now, reason=reason)
    return _begun(run, RunEvent.TAKEN_OVER, worker_id=worker_id, now=now, reason=reason)


def crashed(run: Run, now: datetime) -> Run:
    """The run with its present slice ended as crashed, and the crash counted."""
    last = replace(run.slices[-1], outcome=SliceOutcome.CRASHED, ended_at=now)
    return replace(run, slices=(*run.slices[:-1], last), crashes_in_a_row=run.crashes_in_a_row + 1)


def is_crashing_too_often(run: Run) -> bool:
    return run.crashes_in_a_row > CRASHES_ALLOWED


def heartbeat(run: Run, claim: Claim, *, progress: Progress, now: datetime) -> Move:
    """Extend the lease and note how far the slice is. Raises ClaimLostError.

    A beat that comes late is as good as any, as long as nobody has taken over.
    """
    check_claim(run, claim)
    present = replace(run.slices[-1], progress=progress)
    return Move(
        replace(run, slices=(*run.slices[:-1], present), lease=_lease(claim.worker_id, now))
    )


def check_claim(run: Run, claim: Claim) -> None:
    """Raises ClaimLostError unless the claim is the run's present one."""
    is_present = run.lease is not None and run.slices[-1].number == claim.slice_number
    if not is_present or run.slices[-1].worker_id != claim.worker_id:
        raise ClaimLostError(
            f"slice {claim.slice_number} of worker {claim.worker_id} is over",
            run_id=run.id,
            state=run.state,
            way_out="stop working on it; whoever took over goes on",
        )


def _begun(run: Run, event: RunEvent, *, worker_id: str, now: datetime, reason: str) -> Move:
    if len(run.slices) >= MAX_SLICES:
        return moved(
            run,
            RunEvent.GIVEN_UP,
            RunState.FAILED,
            who=worker_id,
            at=now,
            reason=f"it has had {MAX_SLICES} slices; a new run goes on from where it is",
        )
    begun = Slice(len(run.slices) + 1, worker_id, started_at=now)
    held = replace(run, slices=(*run.slices, begun), lease=_lease(worker_id, now))
    return moved(held, event, RunState.RUNNING, who=worker_id, at=now, reason=reason)


def _lease(worker_id: str, now: datetime) -> Lease:
    return Lease(worker_id, heartbeat_at=now, ends_at=now + LEASE_LENGTH)


def _crash_reason(run: Run, lease: Lease, now: datetime) -> str:
    silent_seconds = int((now - lease.heartbeat_at).total_seconds())
    return (
        f"worker {lease.worker_id} was not heard of for {silent_seconds} s:"
        f" crash {run.crashes_in_a_row + 1} in a row, {CRASHES_ALLOWED} are allowed"
    )


def _not_claimable(run: Run) -> RunNotClaimableError:
    if run.lease is not None:
        message = f"worker {run.lease.worker_id} holds it until {run.lease.ends_at.isoformat()}"
        way_out = "come back when its lease has run out"
    elif run.state is RunState.NEEDS_ATTENTION:
        message, way_out = "a person has to decide", "retry it or cancel it"
    else:
        message, way_out = "there is nothing left to do", "submit a new run"
    return RunNotClaimableError(message, run_id=run.id, state=run.state, way_out=way_out)
