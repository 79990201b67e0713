"""Tells of one slice: what the engine says becomes the run's events, its end the last of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from hoist import operation_events as shown
from hoist.clock import Clock
from hoist.errors import HoistError
from orchestrator.engine.operation_errors import PendingCreatesError
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.engine.watching import OperationEvent
from orchestrator.reports.endings import Surroundings, operation_ended, operation_refused
from orchestrator.reports.translator import Translator, operation_started
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.state.checkpoints import State
from orchestrator.state.stack_outputs import stack_outputs
from orchestrator.state.stacks import Stacks
from orchestrator.work.conclusions import Conclusion
from orchestrator.work.progress import SliceProgress


class EventSink(Protocol):
    """Takes events; an `orchestrator.run_events.writer.EventWriter` does."""

    def write(self, event: shown.OperationEvent) -> None:
        """Must be quick, and raises nothing."""
        ...


class Narrator:
    """Hears of one slice, and tells a sink."""

    def __init__(self, sink: EventSink, run: Run, stacks: Stacks, *, clock: Clock) -> None:
        self._sink = sink
        self._run = run
        self._stacks = stacks
        self._clock = clock
        self._failed_operations: Mapping[str, str] = {}

    def listener(
        self,
        operation: Operation,
        base: State,
        progress: SliceProgress,
        *,
        version: int,
        on_first: Callable[[], None],
    ) -> Callable[[OperationEvent], None]:
        """Tell that the operation begins, on a stack of this version; what its engine shall call.

        `on_first` is called with the first event: the update is open then.
        """
        translator = Translator(base, clock=self._clock)
        self._failed_operations = translator.failed_operations
        self._sink.write(
            operation_started(operation, version=version, state=base, clock=self._clock)
        )

        def hear(event: OperationEvent) -> None:
            if progress.hear(event):
                on_first()
            if (told := translator.translate(event)) is not None:
                self._sink.write(told)

        return hear

    def conclude(self, conclusion: Conclusion, ended: Run) -> None:
        """Tell the result, if the run is over, or waits for a person, as `ended` foresees it.

        Of a crash there is none: why the run is dead, its record says.
        """
        is_over = ended.state.is_final or ended.state is RunState.NEEDS_ATTENTION
        if is_over and conclusion.ending.outcome is not SliceOutcome.CRASHED:
            self._sink.write(self._result(conclusion, ended))

    def _result(self, conclusion: Conclusion, ended: Run) -> shown.OperationEnded:
        if conclusion.result is not None:
            return self._of_result(conclusion.result, ended)
        name, kind = self._run.request.stack, OperationKind(self._run.request.kind)
        if conclusion.error is not None:
            return operation_refused(
                kind,
                name,
                conclusion.error,
                clock=self._clock,
                pending_urns=_pending_urns(conclusion.error),
            )
        return shown.OperationEnded(
            at=self._clock.now(),
            stack=str(name),
            operation=shown.OperationName(kind),
            outcome=_OUTCOMES[ended.state],
            reason=ended.reason,
        )

    def _of_result(self, result: OperationResult, ended: Run) -> shown.OperationEnded:
        around = Surroundings(
            stack=self._run.request.stack,
            failed_operations=self._failed_operations,
            outputs=self._outputs(result),
        )
        told = operation_ended(result, around, clock=self._clock)
        if result.outcome is Outcome.CHANGES_FOUND or ended.state is RunState.SUCCEEDED:
            return told
        return replace(told, outcome=_OUTCOMES[ended.state], reason=told.reason or ended.reason)

    def _outputs(self, result: OperationResult) -> Mapping[str, Any]:
        has_new_ones = result.kind in (OperationKind.UP, OperationKind.REFRESH)
        if not has_new_ones or result.outcome not in (Outcome.SUCCEEDED, Outcome.CHANGES_FOUND):
            return {}
        return stack_outputs(self._stacks.state(self._run.request.stack))


_OUTCOMES = {
    RunState.FAILED: shown.Outcome.FAILED,
    RunState.CANCELLED: shown.Outcome.CANCELLED,
    RunState.NEEDS_ATTENTION: shown.Outcome.REFUSED,
}


def _pending_urns(error: HoistError) -> Sequence[str]:
    return error.urns if isinstance(error, PendingCreatesError) else ()
