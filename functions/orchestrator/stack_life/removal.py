"""Deleting a stack, which must leave no run behind that nobody could work on.

look       unfinished runs: refused
delete     marked first, so that no run is asked for any more
look again a run that came in between is cancelled, for what it was about is gone
"""

from contextlib import suppress

from orchestrator.runs.errors import RunFinishedError
from orchestrator.runs.queue_reading import QueueReader
from orchestrator.runs.service import RunService
from orchestrator.stack_life.errors import UnfinishedRunsError
from orchestrator.state.first_use import require_used
from orchestrator.state.names import StackName
from orchestrator.state.stacks import Stacks


class StackRemoval:
    """Deletes stacks."""

    def __init__(self, stacks: Stacks, runs: RunService, queues: QueueReader) -> None:
        self._stacks = stacks
        self._runs = runs
        self._queues = queues

    def delete(self, name: StackName, *, force: bool, who: str) -> None:
        """May be repeated. Raises StackNotFoundError, UnfinishedRunsError, StackNotEmptyError
        unless forced, and UpdateInProgressError."""
        record = require_used(self._stacks, name)
        # One that is being deleted takes no run any more: what is left of them is cancelled below.
        if not record.is_being_deleted:
            self._refuse_unfinished(name, record.id)
        self._stacks.delete(name, force=force)
        for run in self._runs.unfinished(record.id):
            with suppress(RunFinishedError):
                self._runs.cancel(record.id, run.id, who=who)

    def _refuse_unfinished(self, name: StackName, stack_id: str) -> None:
        if not self._queues.read(stack_id).run_ids:
            return
        # A finished run may still stand in the queue: its worker died before it could take it out.
        unfinished = self._runs.unfinished(stack_id)
        if unfinished:
            raise UnfinishedRunsError(name, len(unfinished))
