"""What is kept about a run."""

from dataclasses import dataclass
from datetime import datetime

from orchestrator.runs.requests import RunRequest
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a slice is."""

    update_id: str = ""
    """The update that the slice is; empty until it has begun, and for a preview."""
    version: int = 0
    """The update's number."""
    resources_finished: int = 0
    """Resources whose change is done: the ones that stay as they are do not count."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One worker's work on a run."""

    number: int
    worker_id: str
    started_at: datetime
    progress: Progress = Progress()
    outcome: SliceOutcome | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on a run, and until when nobody else may."""

    worker_id: str
    heartbeat_at: datetime
    """When the worker was last heard of."""
    ends_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.ends_at


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Who wants a running run to stop."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Transition:
    """One move of a run, as an audit tells it. `number` counts the moves of a run from 1."""

    number: int
    event: RunEvent
    from_state: RunState | None
    """None for the first."""
    to_state: RunState
    who: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, from its submission to its end."""

    id: str
    request: RunRequest
    created_at: datetime
    """Later than that of every run which the stack's queue took before."""
    state: RunState
    state_since: datetime
    reason: str = ""
    """Why it is in this state, as a sentence."""
    slices: tuple[Slice, ...] = ()
    lease: Lease | None = None
    """Whoever works on it; None in all states but `running`."""
    crashes_in_a_row: int = 0
    """Since a slice last ended on its own."""
    cancel: CancelRequest | None = None
    transitions: tuple[Transition, ...] = ()
    """In the same write as what they tell of, so that none is ever missing."""
    revision: int = 0
    """Of the record; 0 for one that was never stored."""

    @property
    def stack_id(self) -> str:
        return self.request.stack_id

    @property
    def has_crashed_last(self) -> bool:
        """Whether the last who worked on it did not come to an end."""
        return bool(self.slices) and self.slices[-1].outcome is SliceOutcome.CRASHED

    def is_claimable(self, now: datetime) -> bool:
        """Whether a worker may take it: it waits for one, or its own was not heard of in time."""
        return self.state.is_waiting_for_worker or (
            self.lease is not None and self.lease.is_expired(now)
        )

    def waiting_since(self, now: datetime) -> datetime | None:
        """Since when nobody has moved it who might have; None if nobody may, or somebody is at it.

        Of a finished run it is the end: whoever comes next goes on behind it.
        """
        if self.state is RunState.NEEDS_ATTENTION:
            return None
        if self.lease is None:
            return self.state_since
        return self.lease.heartbeat_at if self.lease.is_expired(now) else None


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to one slice of a run: what it shows with each heartbeat and at the end."""

    run: Run
    """As it was claimed. If `run.cancel` is set, its former worker died before it could stop."""
    worker_id: str

    @property
    def slice_number(self) -> int:
        return self.run.slices[-1].number
