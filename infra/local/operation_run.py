"""Carries out one operation on the local installation and shows it."""

from collections.abc import Mapping
from typing import Any

from hoist import operation_events as shown
from hoist.cli.context import CliContext
from hoist.cli.display.display import Display, display_for
from hoist.cli.display.next_commands import Situation, with_next_commands
from hoist.cli.exit_codes import ExitCode, exit_code_after
from local.emulator_status import running_emulator
from local.installation import LocalInstallation, local_installation
from local.progress import Progress
from local.settings import LocalSettings
from local.stopping import Stopping, on_interrupt
from orchestrator.commands.program_packing import pack_program, worker_here
from orchestrator.commands.stack_selection import StackSelection, select_stack
from orchestrator.commands.wanted_operation import WantedOperation
from orchestrator.engine.operations import Operation, OperationKind, PendingImport
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.engine.runner import OperationEvent, Runner
from orchestrator.reports.endings import Surroundings, operation_ended
from orchestrator.reports.translator import Translator, operation_started
from orchestrator.state.checkpoints import State
from orchestrator.state.first_use import find_or_make, require_used
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord
from orchestrator.state.stack_outputs import stack_outputs


def run_operation(context: CliContext, wanted: WantedOperation) -> ExitCode:
    """Carry it out to its end and show it; raises HoistError where there is no result to show."""
    selection = select_stack(wanted.directory, wanted.stack)
    operation = _operation(wanted, selection.name)
    settings = LocalSettings.from_environment(context.environ)
    progress = context.progress()
    installation = local_installation(
        settings, running_emulator(settings), clock=context.clock, progress=progress
    )
    # The program host gets ready while the program is being packed.
    with installation.runner() as runner:
        record = _stack(installation, operation, progress)
        program = None
        if operation.kind.runs_program:
            program = pack_program(
                selection.directory,
                selection.project,
                worker_here(),
                cache_directory=settings.cache_directory,
                say=progress.say,
            )
        base = installation.service.stacks.state(operation.stack)
        if wanted.confirm:
            wanted.confirm(operation.stack, len(base.resources))
        run = _Run(installation, selection, operation, record, base)
        with display_for(context, as_json=wanted.as_json, is_verbose=wanted.is_verbose) as display:
            result = run.carry_out(runner, program, display)
            run.conclude(result, display, removes_stack=wanted.removes_stack)
    return exit_code_after(shown.Outcome(result.outcome))


def _operation(wanted: WantedOperation, stack: StackName) -> Operation:
    options = wanted.options
    return Operation(
        OperationKind(wanted.kind),
        stack,
        message=wanted.message,
        parallel=options.parallel,
        targets=options.targets,
        expect_no_changes=options.expect_no_changes,
        continue_on_error=options.continue_on_error,
        recreate_pending=options.recreate_pending,
        clear_pending_creates=options.clear_pending_creates,
        import_pending_creates=[
            PendingImport(create.urn, create.resource_id)
            for create in options.import_pending_creates
        ],
    )


def _stack(
    installation: LocalInstallation, operation: Operation, progress: Progress
) -> StackRecord:
    stacks = installation.service.stacks
    if not operation.kind.runs_program:
        return require_used(stacks, operation.stack)
    used = find_or_make(stacks, operation.stack, data_keys=installation.data_keys)
    if used.is_new:
        progress.say(f"Made the stack {operation.stack}.")
    return used.record


class _Run:
    """One operation from its first event to its result."""

    def __init__(
        self,
        installation: LocalInstallation,
        selection: StackSelection,
        operation: Operation,
        record: StackRecord,
        base: State,
    ) -> None:
        self._stacks = installation.service.stacks
        self._clock = installation.clock
        self._selection = selection
        self._operation = operation
        self._record = record
        self._base = base
        self._translator = Translator(base, clock=installation.clock)

    def carry_out(
        self, runner: Runner, program: ProgramArchive | None, display: Display
    ) -> OperationResult:
        def hear(event: OperationEvent) -> None:
            if (told := self._translator.translate(event)) is not None:
                display.show(told)

        def tell(is_urgent: bool) -> None:
            display.show(shown.StopRequested(at=self._clock.now(), is_urgent=is_urgent))
            if not is_urgent:
                display.say("Ctrl-C again to stop at once.")

        display.show(
            operation_started(
                self._operation, version=self._record.version, state=self._base, clock=self._clock
            )
        )
        stopping = Stopping(clock=self._clock, tell=tell)
        with on_interrupt(stopping.request):
            return runner.run(
                self._operation,
                program,
                listener=hear,
                deadline=stopping.deadline,
                cancel=stopping.cancel,
            )

    def conclude(self, result: OperationResult, display: Display, *, removes_stack: bool) -> None:
        name = self._operation.stack
        is_removed = removes_stack and result.outcome is Outcome.SUCCEEDED
        if is_removed:
            self._stacks.delete(name, force=False)
            gone = f"The stack {name} is removed, its config and history too."
            display.show(
                shown.Diagnostic(at=self._clock.now(), severity=shown.Severity.INFO, message=gone)
            )
        around = Surroundings(
            stack=name,
            failed_operations=self._translator.failed_operations,
            outputs=self._outputs(result),
        )
        ended = operation_ended(result, around, clock=self._clock)
        situation = Situation(is_stack_removed=is_removed)
        display.show(with_next_commands(ended, self._selection.arguments, situation))

    def _outputs(self, result: OperationResult) -> Mapping[str, Any]:
        has_new_ones = result.kind in (OperationKind.UP, OperationKind.REFRESH)
        if not has_new_ones or result.outcome not in (Outcome.SUCCEEDED, Outcome.CHANGES_FOUND):
            return {}
        return stack_outputs(self._stacks.state(self._operation.stack))
