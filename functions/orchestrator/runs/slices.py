"""What becomes of a run when a slice of it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.runs.claiming import check_claim, crashed, is_crashing_too_often
from orchestrator.runs.moves import Move, moved
from orchestrator.runs.records import Claim, Progress, Run, Slice
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome

STALLED_SLICES_ALLOWED = 1
"""A slice may be spent on what ends in the next one; a second one without progress is a loop."""


@dataclass(frozen=True, slots=True)
class SliceEnding:
    """What a worker tells at the end of its slice."""

    outcome: SliceOutcome
    progress: Progress | None = None
    """None if there is nothing newer than the last heartbeat."""
    reason: str = ""
    """As a sentence; of an interrupted slice the numbers tell it."""


_STATE_AFTER = {
    SliceOutcome.SUCCEEDED: RunState.SUCCEEDED,
    SliceOutcome.FAILED: RunState.FAILED,
    SliceOutcome.CANCELLED: RunState.CANCELLED,
    SliceOutcome.NEEDS_ATTENTION: RunState.NEEDS_ATTENTION,
}


def slice_ended(run: Run, claim: Claim, ending: SliceEnding, *, now: datetime) -> Move:
    """Note the end of the claimed slice, once: who tells it again changes nothing.

    Raises ClaimLostError if the slice is not the claim's any more, or ended in another way.
    """
    if _has_ended(run, claim, ending.outcome):
        return Move(run)
    check_claim(run, claim)
    run = _with_end(run, ending, now)
    state, reason = _next_state(run, ending)
    return moved(run, RunEvent.SLICE_ENDED, state, who=claim.worker_id, at=now, reason=reason)


def _has_ended(run: Run, claim: Claim, outcome: SliceOutcome) -> bool:
    told = run.slices[claim.slice_number - 1]
    return told.worker_id == claim.worker_id and told.outcome is outcome


def _with_end(run: Run, ending: SliceEnding, now: datetime) -> Run:
    last = run.slices[-1]
    last = replace(last, progress=ending.progress or last.progress)
    run = replace(run, slices=(*run.slices[:-1], last))
    if ending.outcome is SliceOutcome.CRASHED:
        return crashed(run, now)
    last = replace(last, outcome=ending.outcome, ended_at=now)
    return replace(run, slices=(*run.slices[:-1], last), crashes_in_a_row=0)


def _next_state(run: Run, ending: SliceEnding) -> tuple[RunState, str]:
    if ending.outcome in _STATE_AFTER:
        return _STATE_AFTER[ending.outcome], ending.reason
    if is_crashing_too_often(run):
        return RunState.DEAD, f"{run.crashes_in_a_row} crashes in a row: {ending.reason}"
    if run.cancel is not None:
        return RunState.CANCELLED, f"cancelled by {run.cancel.who}"
    stalled = stalled_slices(run.slices)
    if stalled > STALLED_SLICES_ALLOWED:
        return RunState.FAILED, f"{stalled} slices in a row finished no resource"
    return RunState.INTERRUPTED, _reason_to_go_on(run.slices[-1], ending)


def _reason_to_go_on(last: Slice, ending: SliceEnding) -> str:
    if ending.outcome is SliceOutcome.CRASHED:
        return ending.reason
    finished = last.progress.resources_finished
    return f"slice {last.number} reached its deadline, {finished} resources finished"


def stalled_slices(slices: Sequence[Slice]) -> int:
    """How many slices were interrupted since one last finished a resource.

    Crashes have a limit of their own and are passed over; any other end begins anew.
    """
    stalled = 0
    for ended in reversed(slices):
        if ended.progress.resources_finished:
            break
        if ended.outcome not in (SliceOutcome.INTERRUPTED, SliceOutcome.CRASHED):
            break
        stalled += ended.outcome is SliceOutcome.INTERRUPTED
    return stalled
