"""The run that a path names, and runs as they are shown with their place in the queue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orchestrator.estate import Estate
from orchestrator.http_api.documents.runs import run_document
from orchestrator.runs.errors import RunNotFoundError
from orchestrator.runs.states import RunState
from orchestrator.state.first_use import require_used
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord

if TYPE_CHECKING:
    from orchestrator.runs.records import Run

LATEST = "latest"


def require_stack(estate: Estate, project: str, stack: str) -> StackRecord:
    """Raises BadRequestError, StackNotFoundError."""
    return require_used(estate.stacks, StackName(project, stack))


def require_run(estate: Estate, record: StackRecord, run_id: str) -> "Run":
    """The run of that id, or the newest one; raises RunNotFoundError."""
    if run_id != LATEST:
        return estate.runs.get(record.id, run_id)
    page = estate.runs.list(record.id, limit=1)
    if not page.runs:
        raise RunNotFoundError(
            f"stack '{record.name}' has had no run yet", way_out="`hoist up` makes the first"
        )
    return page.runs[0]


def shown_runs(estate: Estate, stack_id: str, runs: Sequence["Run"]) -> Sequence[dict[str, Any]]:
    """Runs of one stack as documents, with their places in the queue as it is at the moment."""
    # Only the first of a queue gets any further than that.
    if all(run.state is not RunState.QUEUED for run in runs):
        return [run_document(run, position=0) for run in runs]
    queue = estate.queues.read(stack_id)
    positions = {run_id: position for position, run_id in enumerate(queue.run_ids)}
    return [run_document(run, position=positions.get(run.id, 0)) for run in runs]


def shown_run(estate: Estate, run: "Run") -> dict[str, Any]:
    """One run as a document, with its place in the queue."""
    [document] = shown_runs(estate, run.stack_id, [run])
    return document
