"""An operation of an engine that runs here, shown from its first event to its last but one."""

from collections.abc import Mapping
from dataclasses import dataclass

from hoist import operation_events as shown
from hoist.cli.display.display import Display
from hoist.clock import Clock
from local.stopping import Stopping, on_interrupt
from orchestrator.engine.operations import Operation
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.results import OperationResult
from orchestrator.engine.runner import OperationEvent, Runner
from orchestrator.reports.translator import Translator, operation_started
from orchestrator.state.checkpoints import State


@dataclass(frozen=True, slots=True)
class ShownRun:
    """How it went. Its end is still to be shown, by whoever knows what belongs to it."""

    result: OperationResult
    failed_operations: Mapping[str, str]
    """By URN: what was being done to the resources that failed."""


def show_run(
    runner: Runner,
    operation: Operation,
    program: ProgramArchive | None,
    display: Display,
    *,
    version: int,
    base: State,
    clock: Clock,
) -> ShownRun:
    """Carry the operation out on the state `base`; Ctrl-C stops it in order, a second one at once.

    Raises what Runner.run does.
    """
    translator = Translator(base, clock=clock)

    def hear(event: OperationEvent) -> None:
        if (told := translator.translate(event)) is not None:
            display.show(told)

    def tell(is_urgent: bool) -> None:
        display.show(shown.StopRequested(at=clock.now(), is_urgent=is_urgent))
        if not is_urgent:
            display.say("Ctrl-C again to stop at once.")

    display.show(operation_started(operation, version=version, state=base, clock=clock))
    stopping = Stopping(clock=clock, tell=tell)
    with on_interrupt(stopping.request):
        result = runner.run(
            operation,
            program,
            listener=hear,
            deadline=stopping.deadline,
            cancel=stopping.cancel,
        )
    return ShownRun(result, translator.failed_operations)
