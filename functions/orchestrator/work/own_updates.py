"""Which update of a stack is a run's own: open right now, or left open by a worker that died.

The engine reports the two variables below, and the update keeps what it reports. Runs of a stack
never overlap: while one is claimed, an update of a run that has ended is nobody's.
"""

from collections.abc import Mapping

from orchestrator.runs.errors import RunNotFoundError
from orchestrator.runs.records import Run
from orchestrator.runs.service import RunService
from orchestrator.state.records import StackRecord, UpdateRecord
from orchestrator.state.service import StateService

CI_SYSTEM = "hoist"
_SYSTEM_KEY, _BUILD_ID_KEY = "ci.system", "ci.build.id"


def environment_of(run: Run) -> dict[str, str]:
    """What the engine is told, so that its updates name the run."""
    return {"PULUMI_CI_SYSTEM": CI_SYSTEM, "PULUMI_CI_BUILD_ID": run.id}


def run_id_in(environment: Mapping[str, str]) -> str:
    """The run that an update's environment names; empty if it names none."""
    if environment.get(_SYSTEM_KEY) != CI_SYSTEM:
        return ""
    return environment.get(_BUILD_ID_KEY, "")


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
