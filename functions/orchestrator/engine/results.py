"""How an operation ended: decided from the service's own record, the exit code, and our signals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.engine.deadline import StopCause
from orchestrator.engine.events import Diagnostic
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.pending_creates import PendingCreate
from orchestrator.state.records import UpdateStatus

# The engine's exit code for `--expect-no-changes` that found some.
EXIT_CHANGES_FOUND = 7


class Outcome(StrEnum):
    """How an operation ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Stopped at its deadline with nothing failed: the next slice goes on."""
    CANCELLED = "cancelled"
    CHANGES_FOUND = "changes_found"
    """It went well, but found changes where none were expected."""


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What is known after an operation."""

    kind: OperationKind
    outcome: Outcome
    exit_code: int | None
    """The engine's own; None if a signal ended it."""
    seconds: float
    version: int = 0
    """Number of the update; 0 for a preview, or when the update never started."""
    update_id: str = ""
    changes: Mapping[str, int] = field(default_factory=dict)
    diagnostics: Sequence[Diagnostic] = ()
    failed_urns: Sequence[str] = ()
    pending_creates: Sequence[PendingCreate] = ()
    reason: str = ""

    @property
    def has_changes(self) -> bool:
        return any(count for kind, count in self.changes.items() if kind != "same")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outcome is decided from."""

    exit_code: int | None
    stop_cause: StopCause | None
    """Why we signalled the engine, if we did."""
    step_failed: bool
    status: UpdateStatus | None
    """Of the update; None for a dry run, or when it never started."""
    is_dry_run: bool


_OUTCOME_OF_STOP = {
    StopCause.DEADLINE: Outcome.INTERRUPTED,
    StopCause.CANCEL: Outcome.CANCELLED,
}


def decide_outcome(facts: Facts) -> Outcome:
    """Exit code 0 is no proof of success, nor 1 of failure: the record of the update counts too."""
    if facts.stop_cause and not facts.step_failed and facts.exit_code != 0:
        return _OUTCOME_OF_STOP[facts.stop_cause]
    recorded = facts.is_dry_run or facts.status is UpdateStatus.SUCCEEDED
    if facts.exit_code == EXIT_CHANGES_FOUND and recorded:
        return Outcome.CHANGES_FOUND
    if facts.exit_code == 0 and recorded:
        return Outcome.SUCCEEDED
    return Outcome.FAILED
