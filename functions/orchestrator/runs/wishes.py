"""What people want of a run: that it stops, or goes on."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from orchestrator.runs.errors import NoAttentionNeededError, RunFinishedError
from orchestrator.runs.moves import Move, moved
from orchestrator.runs.records import CancelRequest, Run
from orchestrator.runs.states import RunEvent, RunState


class Resolution(StrEnum):
    """A person's word on a run that needs attention."""

    RETRY = "retry"
    CANCEL = "cancel"


def request_cancel(run: Run, *, who: str, now: datetime) -> Move:
    """Cancel the run, or ask its worker to; does nothing if that has happened.

    Raises RunFinishedError for a run that ended in another way.
    """
    if run.state is RunState.CANCELLED:
        return Move(run)
    if run.state.is_final:
        raise RunFinishedError(
            "it cannot be cancelled any more",
            run_id=run.id,
            state=run.state,
            way_out="submit a new run that undoes it",
        )
    if run.state is RunState.RUNNING:
        return _asked_to_stop(run, who=who, now=now)
    return moved(
        replace(run, cancel=CancelRequest(who, now)),
        RunEvent.CANCELLED,
        RunState.CANCELLED,
        who=who,
        at=now,
        reason=f"cancelled by {who}",
    )


def resolve_attention(run: Run, resolution: Resolution, *, who: str, now: datetime) -> Move:
    """Retry: claimable again. Cancel: over. Raises NoAttentionNeededError."""
    if run.state is not RunState.NEEDS_ATTENTION:
        raise NoAttentionNeededError(
            "nobody has to decide anything",
            run_id=run.id,
            state=run.state,
            way_out="look at the run: somebody else may have decided",
        )
    if resolution is Resolution.CANCEL:
        return request_cancel(run, who=who, now=now)
    return moved(
        # Who retries has changed their mind about an earlier cancel.
        replace(run, cancel=None),
        RunEvent.RETRIED,
        RunState.INTERRUPTED,
        who=who,
        at=now,
        reason=f"retried by {who}",
    )


def _asked_to_stop(run: Run, *, who: str, now: datetime) -> Move:
    if run.cancel is not None:
        return Move(run)
    return moved(
        replace(run, cancel=CancelRequest(who, now)),
        RunEvent.CANCEL_REQUESTED,
        RunState.RUNNING,
        who=who,
        at=now,
        reason=f"{who} asked it to stop",
    )
