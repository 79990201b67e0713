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
from local.shown_run import ShownRun, show_run
from orchestrator.commands.program_packing import pack_program, worker_here
from orchestrator.commands.stack_selection import StackSelection, select_stack
from orchestrator.commands.wanted_operation import WantedOperation
from orchestrator.engine.operations import Operation, OperationKind, PendingImport
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.reports.endings import Surroundings, operation_ended
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
        with display_for(context, as_json=wanted.as_json, is_verbose=wanted.is_verbose) as display:
            run = show_run(
                runner,
                operation,
                program,
                display,
                version=record.version,
                base=base,
                clock=context.clock,
            )
            ending = _Ending(installation, selection, removes_stack=wanted.removes_stack)
            ending.show(run, operation.stack, display)
    return exit_code_after(shown.Outcome(run.result.outcome))


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


class _Ending:
    """What follows an operation: its stack goes if it was to go, and the result is shown."""

    def __init__(
        self, installation: LocalInstallation, selection: StackSelection, *, removes_stack: bool
    ) -> None:
        self._stacks = installation.service.stacks
        self._clock = installation.clock
        self._selection = selection
        self._removes_stack = removes_stack

    def show(self, run: ShownRun, name: StackName, display: Display) -> None:
        is_removed = self._removes_stack and run.result.outcome is Outcome.SUCCEEDED
        if is_removed:
            self._stacks.delete(name, force=False)
            gone = f"The stack {name} is removed, its config and history too."
            display.show(
                shown.Diagnostic(at=self._clock.now(), severity=shown.Severity.INFO, message=gone)
            )
        around = Surroundings(
            stack=name,
            failed_operations=run.failed_operations,
            outputs=self._outputs(run.result, name),
        )
        ended = operation_ended(run.result, around, clock=self._clock)
        situation = Situation(is_stack_removed=is_removed)
        display.show(with_next_commands(ended, self._selection.arguments, situation))

    def _outputs(self, result: OperationResult, name: StackName) -> Mapping[str, Any]:
        has_new_ones = result.kind in (OperationKind.UP, OperationKind.REFRESH)
        if not has_new_ones or result.outcome not in (Outcome.SUCCEEDED, Outcome.CHANGES_FOUND):
            return {}
        return stack_outputs(self._stacks.state(name))
