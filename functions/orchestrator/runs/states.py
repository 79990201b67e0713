"""The words for where a run is, how its slices end, and what moved it."""

from enum import StrEnum


class RunKind(StrEnum):
    """What a run does, in Pulumi's words."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"


class RunState(StrEnum):
    """Where a run is. The last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    """A worker holds its lease; once that has run out, anybody may take over."""
    INTERRUPTED = "interrupted"
    """Between two slices."""
    NEEDS_ATTENTION = "needs_attention"
    """Only a person can decide; the stack's queue waits."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEAD = "dead"
    """Its workers crashed too often."""

    @property
    def is_final(self) -> bool:
        return self in _FINAL

    @property
    def is_waiting_for_worker(self) -> bool:
        return self in (RunState.QUEUED, RunState.INTERRUPTED)


_FINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED, RunState.DEAD})


class SliceOutcome(StrEnum):
    """How a slice ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Stopped at its deadline with nothing failed."""
    CANCELLED = "cancelled"
    NEEDS_ATTENTION = "needs_attention"
    """It met something that only a person can decide, such as a pending create."""
    CRASHED = "crashed"
    """Its worker was not heard of any more, or knows of itself that it cannot go on."""


class RunEvent(StrEnum):
    """What moved a run."""

    SUBMITTED = "submitted"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    """Claimed after its worker had crashed."""
    GIVEN_UP = "given_up"
    """Not claimed any more: too many crashes, or too many slices."""
    SLICE_ENDED = "slice_ended"
    CANCEL_REQUESTED = "cancel_requested"
    """The worker will read it."""
    CANCELLED = "cancelled"
    RETRIED = "retried"
