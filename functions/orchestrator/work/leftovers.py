"""What dead workers left open, and the seal on it.

Until then the stack's state lacks what they had done last, and nobody else can open the stack.
Nobody has to wait for the lease of an update's client: the lease of its run was over long before.
"""

from dataclasses import dataclass

from orchestrator.runs.records import Run
from orchestrator.runs.service import RunService
from orchestrator.state.records import StackRecord
from orchestrator.state.service import StateService
from orchestrator.work.facts import FactLog
from orchestrator.work.own_updates import update_left_open

REASON = "the worker of an earlier slice is gone"
# Behind the runs that were cancelled before they began is the one that had a worker.
RUNS_LOOKED_AT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """Takes over what is left open of runs."""

    service: StateService
    runs: RunService
    log: FactLog

    def is_there(self, stack: StackRecord, run: Run) -> bool:
        """Whether the stack, as it was read just now, is held open by a former worker."""
        return update_left_open(self.service, self.runs, stack, run) is not None

    def take_over(self, stack: StackRecord, run: Run) -> None:
        """Seal and publish it; `run` is the one in hand, or the last that was."""
        if update := update_left_open(self.service, self.runs, stack, run):
            self.service.updates.take_over(stack.name, update.id, REASON)
            self.log.tell("update_taken_over", run_id=run.id, update_id=update.id)

    def take_over_last(self, stack_id: str) -> None:
        """The same where no run is left to do: its worker's death may have ended the last one."""
        newest = self.runs.list(stack_id, limit=RUNS_LOOKED_AT).runs
        if not all(run.state.is_final for run in newest):
            return
        last = next((run for run in newest if run.slices), None)
        if last is None or not last.has_crashed_last:
            return
        stack = self.service.stacks.find(last.request.stack)
        if stack is not None and stack.id == stack_id:
            self.take_over(stack, last)
