"""What became of a slice: the end that is written, and what is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hoist.errors import EnvironmentFaultError, HoistError
from orchestrator.engine.errors import EngineError
from orchestrator.engine.events import Diagnostic, Severity
from orchestrator.engine.operation_errors import OperationInvalidError, PendingCreatesError
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.runs.moves import MAX_REASON_LENGTH
from orchestrator.runs.records import Run
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from orchestrator.state.errors import StateConflictError, UpdateInProgressError
from orchestrator.work.stop import Stop, StopReason

CHANGES_FOUND = "changes were found where none were expected"
_WAY_OUT_OF_PENDING = (
    "look whether each exists, then `hoist cancel` this run and `hoist refresh"
    " --import-pending-create URN=ID` or `--clear-pending-creates`; or `hoist runs resolve RUN"
    " retry` to create them once more"
)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a slice ended, and what is known of that."""

    ending: SliceEnding
    result: OperationResult | None = None
    """None if the engine did not run to an end."""
    error: HoistError | None = None
    """Why it did not."""


def conclusion_of_result(result: OperationResult, run: Run, stop: Stop) -> Conclusion:
    """What an operation's end means for the run; `run` as it was claimed."""
    if _has_changed_before(result, run):
        result = replace(result, outcome=Outcome.CHANGES_FOUND)
    outcome, reason = _OUTCOMES[result.outcome], ""
    if result.outcome is Outcome.CHANGES_FOUND:
        reason = CHANGES_FOUND
    elif outcome is SliceOutcome.FAILED:
        reason = _failure(result)
    elif outcome is SliceOutcome.CANCELLED and not stop.has(StopReason.WISH):
        # Nobody wanted that: the next worker goes on.
        outcome = SliceOutcome.INTERRUPTED
    return Conclusion(SliceEnding(outcome, reason=reason), result)


def conclusion_of_error(error: HoistError) -> Conclusion | None:
    """What an error means for the run; None if it is none of the run's: the worker has crashed."""
    if isinstance(error, PendingCreatesError):
        return Conclusion(needs_attention(error.urns), error=error)
    if _is_of_the_worker(error):
        return None
    reason = f"{error.message}; {error.way_out}" if error.way_out else error.message
    return Conclusion(SliceEnding(SliceOutcome.FAILED, reason=reason), error=error)


def needs_attention(urns: Sequence[str]) -> SliceEnding:
    """A person has to decide about these creates; the reason names as many as fit into it."""
    beginning = f"nobody knows whether {len(urns)} create(s) reached the cloud: "
    room = MAX_REASON_LENGTH - len(beginning) - len(_WAY_OUT_OF_PENDING) - len("; and 999 more")
    listed = urns[0][:room]
    shown = 1
    while shown < len(urns) and len(listed) + len(urns[shown]) + 2 <= room:
        listed += f", {urns[shown]}"
        shown += 1
    rest = f" and {len(urns) - shown} more" if shown < len(urns) else ""
    return SliceEnding(
        SliceOutcome.NEEDS_ATTENTION, reason=f"{beginning}{listed}{rest}; {_WAY_OUT_OF_PENDING}"
    )


_OUTCOMES = {
    Outcome.SUCCEEDED: SliceOutcome.SUCCEEDED,
    Outcome.FAILED: SliceOutcome.FAILED,
    Outcome.INTERRUPTED: SliceOutcome.INTERRUPTED,
    Outcome.CANCELLED: SliceOutcome.CANCELLED,
    Outcome.CHANGES_FOUND: SliceOutcome.FAILED,
}


def _has_changed_before(result: OperationResult, run: Run) -> bool:
    """Whether an earlier slice has made the changes that this one did not find any more."""
    is_quiet = result.outcome is Outcome.SUCCEEDED and run.request.options.expect_no_changes
    return is_quiet and any(part.progress.resources_finished for part in run.slices[:-1])


def _is_of_the_worker(error: HoistError) -> bool:
    """Whether another worker, or this one later, may get on with the very same request."""
    if isinstance(error, EngineError):
        return not isinstance(error, OperationInvalidError)
    if isinstance(error, StateConflictError):
        return not isinstance(error, UpdateInProgressError)
    return isinstance(error, EnvironmentFaultError)


def _failure(result: OperationResult) -> str:
    """The first error, which the engine's output has in full."""
    errors = [found for found in result.diagnostics if found.severity is Severity.ERROR]
    told = _sentence(errors, result) or "the engine ended without saying why"
    failed = len(result.failed_urns)
    return f"{failed} resource(s) failed, the first: {told}" if failed else told


def _sentence(errors: Sequence[Diagnostic], result: OperationResult) -> str:
    first = next((error for error in errors if error.urn in result.failed_urns), None)
    chosen = first or next(iter(errors), None)
    if chosen is None or not chosen.message.strip():
        return result.reason
    line = chosen.message.strip().splitlines()[0]
    return f"{chosen.urn.rsplit('::', 1)[-1]}: {line}" if first else line
