"""Which update of a stack is a run's own: open right now, or left open by a worker that died.

Runs of a stack never overlap: while one is claimed, an update of a run that has ended is nobody's.
"""

from orchestrator.runs.errors import RunNotFoundError
from orchestrator.runs.records import Run
from orchestrator.runs.run_environment import run_id_in
from orchestrator.runs.service import RunService
from orchestrator.state.records import StackRecord, UpdateRecord
from orchestrator.state.service import StateService


def own_open_update(service: StateService, stack: StackRecord, run: Run) -> UpdateRecord | None:
    """The stack's open update, if it is this run's; `stack` as it was read just now."""
    update = _open_update(service, stack)
    return update if update is not None and _is_own(update, run) else None


def update_left_open(
    service: StateService, runs: RunService, stack: StackRecord, run: Run
) -> UpdateRecord | None:
    """The stack's open update, if a former worker of this run left it, or of one that has ended."""
    update = _open_update(service, stack)
    if update is None or _is_own(update, run):
        return update
    return update if _has_ended(runs, run.stack_id, run_id_in(update.environment)) else None


def _open_update(service: StateService, stack: StackRecord) -> UpdateRecord | None:
    return service.updates.require(stack, stack.active.update_id) if stack.active else None


def _is_own(update: UpdateRecord, run: Run) -> bool:
    return run_id_in(update.environment) == run.id


def _has_ended(runs: RunService, stack_id: str, run_id: str) -> bool:
    if not run_id:
        return False
    try:
        return runs.get(stack_id, run_id).state.is_final
    except RunNotFoundError:
        return False
