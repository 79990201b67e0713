"""How far a slice is, as its heartbeats tell it."""

from orchestrator.engine.events import StepDone
from orchestrator.engine.watching import OperationEvent
from orchestrator.runs.records import Progress, Run
from orchestrator.runs.states import RunKind
from orchestrator.state.service import StateService
from orchestrator.work.own_updates import own_open_update

# What a step comes to where nothing of a resource has changed, or only its entry in the state.
_NO_CHANGE = frozenset({"same", "read", "refresh", "replace", "discard"})


class SliceProgress:
    """Counts what the engine tells. It is read from another thread than it is told."""

    def __init__(self, service: StateService, run: Run) -> None:
        self._service = service
        self._run = run
        self._finished = 0
        self._has_begun = False
        self._update_id = ""
        self._version = 0

    def hear(self, event: OperationEvent) -> bool:
        """Note an event; whether it was the first: the update has been opened then."""
        is_first, self._has_begun = not self._has_begun, True
        # A component is done when what is in it is, and costs nothing by itself.
        if isinstance(event, StepDone) and event.step.is_custom:
            self._finished += event.step.operation not in _NO_CHANGE
        return is_first

    def present(self) -> Progress:
        """As it is now; finds the slice's update once it is open. Raises what a store raises."""
        locks_stack = self._run.request.kind is not RunKind.PREVIEW
        if self._has_begun and not self._update_id and locks_stack:
            self._find_update()
        return Progress(self._update_id, self._version, self._finished)

    def after(self, *, update_id: str, version: int) -> Progress:
        """As it is at the slice's end, by what the engine's run came to."""
        return Progress(update_id, version, self._finished)

    def _find_update(self) -> None:
        stack = self._service.stacks.require(self._run.request.stack)
        if update := own_open_update(self._service, stack, self._run):
            self._update_id, self._version = update.id, update.version
