"""A move: what a run becomes, and the transition that tells of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.runs.records import Run, Transition
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.states import RunEvent, RunState

# A worker's reason may quote an engine; the record is no log.
MAX_REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Move:
    """What a run becomes. Without a transition it stays where it is, and only facts change."""

    run: Run
    transition: Transition | None = None


Decision = Callable[[Run], Move]
"""What to make of a run as it is now; asked again whenever somebody else was first."""


def submitted(request: RunRequest, *, run_id: str, at: datetime) -> Move:
    """The first move: a run that waits in the queue."""
    transition = Transition(1, RunEvent.SUBMITTED, None, RunState.QUEUED, request.asked_by, at)
    run = Run(run_id, request, at, RunState.QUEUED, at, transitions=(transition,))
    return Move(run, transition)


def moved(
    run: Run, event: RunEvent, state: RunState, *, who: str, at: datetime, reason: str = ""
) -> Move:
    """The run in its next state, which may be the one it is in."""
    # Clocks differ; a timeline that goes back would be read as a fault.
    at = max(at, run.transitions[-1].at)
    shown = _shortened(reason)
    transition = Transition(len(run.transitions) + 1, event, run.state, state, who, at, shown)
    changed = replace(
        run,
        state=state,
        state_since=run.state_since if state is run.state else at,
        reason=shown,
        lease=run.lease if state is RunState.RUNNING else None,
        transitions=(*run.transitions, transition),
    )
    return Move(changed, transition)


def _shortened(reason: str) -> str:
    if len(reason) <= MAX_REASON_LENGTH:
        return reason
    return reason[: MAX_REASON_LENGTH - 3] + "..."
