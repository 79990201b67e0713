"""Carries out one operation: one engine process, our state service beside it, nothing left after.

make way       a dead update of this stack is taken over
look           pending creates are settled as asked, or stop what would make them twice
run            run directory, loopback service, language host, one engine process
settle         an update that the engine left open is sealed, folded and closed
judge          the outcome, from the record of the update and the engine's exit
"""

from hoist.clock import Clock
from orchestrator.engine.child import Cancel, ChildResult
from orchestrator.engine.confinement import end_descendants_but
from orchestrator.engine.deadline import Deadline
from orchestrator.engine.engine_run import EngineRun
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.operation_errors import (
    ListenerError,
    OperationInvalidError,
    PendingCreatesError,
)
from orchestrator.engine.operations import Operation
from orchestrator.engine.pending_creates import pending_creates, settle_pending_creates
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.redaction import Redactor
from orchestrator.engine.results import Facts, OperationResult, decide_outcome
from orchestrator.engine.room import EngineRoom
from orchestrator.engine.run_directory import run_directory
from orchestrator.engine.watching import Listener, OperationEvent, Watch
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.errors import UpdateInProgressError
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord, UpdateRecord
from orchestrator.state.service import StateService

__all__ = ["EngineRoom", "Listener", "OperationEvent", "Runner"]


class Runner:
    """Carries out operations, one at a time."""

    def __init__(
        self,
        room: EngineRoom,
        service: StateService,
        data_keys: DataKeys,
        zygote: Zygote,
        *,
        clock: Clock,
    ) -> None:
        self._room = room
        self._service = service
        self._data_keys = data_keys
        self._zygote = zygote
        self._clock = clock

    def run(
        self,
        operation: Operation,
        program: ProgramArchive | None = None,
        *,
        listener: Listener,
        deadline: Deadline | None = None,
        cancel: Cancel | None = None,
    ) -> OperationResult:
        """Carry out an operation to its end.

        `program` is needed for preview and up. Raises UpdateInProgressError if a living update is
        in the way, PendingCreatesError if pending creates must be settled first, ProgramError for
        a program that cannot be run, StackNotFoundError, EngineError. How the operation itself
        went is in the result, or in a ListenerError if the listener raised.
        """
        if operation.kind.runs_program and program is None:
            raise OperationInvalidError(f"'{operation.kind}' needs a program")
        started_at = self._clock.monotonic()
        stack = self._prepare_stack(operation)
        watch = Watch(
            listener,
            self._redactor(stack),
            clock=self._clock,
            # What a step took once, the step under way at the deadline may take as well.
            on_longer_step=deadline.widen if deadline else None,
        )
        try:
            child = self._run_engine(
                operation, stack, program, watch, deadline=deadline, cancel=cancel
            )
        finally:
            update = self._settle(operation.stack, watch.update)
        watch.engine_ended(child.exit_code)
        seconds = self._clock.monotonic() - started_at
        result = self._judge(operation, child, update, watch, seconds=seconds)
        if watch.listener_error:
            raise ListenerError(result) from watch.listener_error
        return result

    def _prepare_stack(self, operation: Operation) -> StackRecord:
        try:
            self._service.updates.make_way(operation.stack)
        except UpdateInProgressError:
            # A preview locks nothing and needs no lock: it sees the last published state.
            if not operation.kind.is_read_only:
                raise
        # The engine would create them once more, and whatever is in the cloud would be lost.
        if operation.kind.may_create_twice and not operation.recreate_pending:
            pending = pending_creates(self._service, operation.stack)
            if pending:
                raise PendingCreatesError(operation.stack, [create.urn for create in pending])
        settle_pending_creates(self._service, operation)
        return self._service.stacks.require(operation.stack)

    def _redactor(self, stack: StackRecord) -> Redactor:
        credentials = self._room.credentials
        secrets = [credentials.secret_access_key]
        if credentials.session_token:
            secrets.append(credentials.session_token)
        sealed = [value.text for value in stack.config.values() if value.is_secret]
        if sealed and stack.secrets:
            data_key = self._data_keys.open(stack.secrets)
            secrets += [data_key.decrypt(text) for text in sealed]
        return Redactor(secrets)

    def _run_engine(
        self,
        operation: Operation,
        stack: StackRecord,
        program: ProgramArchive | None,
        watch: Watch,
        *,
        deadline: Deadline | None,
        cancel: Cancel | None,
    ) -> ChildResult:
        with run_directory(self._room.runs, plugins=self._room.plugins) as directory:
            run = EngineRun(
                room=self._room,
                service=self._service,
                zygote=self._zygote,
                clock=self._clock,
                operation=operation,
                stack=stack,
                program=program if operation.kind.runs_program else None,
                directory=directory,
                watch=watch,
            )
            try:
                return run.carry_out(deadline=deadline, cancel=cancel)
            finally:
                # Their own supervisors have ended them, unless a program has killed those.
                if self._room.owns_process:
                    end_descendants_but(self._zygote.pid, clock=self._clock)

    def _settle(self, name: StackName, update: UpdateRecord | None) -> UpdateRecord | None:
        """Close an update that its engine left open; what it acknowledged is kept."""
        if update is None or update.is_dry_run:
            return update
        stack = self._service.stacks.require(name)
        if stack.active and stack.active.update_id == update.id:
            reason = "the engine ended without completing it"
            return self._service.updates.take_over(name, update.id, reason)
        return self._service.updates.require(stack, update.id)

    def _judge(
        self,
        operation: Operation,
        child: ChildResult,
        update: UpdateRecord | None,
        watch: Watch,
        *,
        seconds: float,
    ) -> OperationResult:
        facts = Facts(
            exit_code=child.exit_code,
            stop_cause=child.stop_cause,
            step_failed=bool(watch.failed_urns),
            status=update.status if update else None,
            is_dry_run=operation.kind.is_read_only,
        )
        return OperationResult(
            kind=operation.kind,
            outcome=decide_outcome(facts),
            exit_code=child.exit_code,
            seconds=seconds,
            version=update.version if update else 0,
            update_id=update.id if update else "",
            changes=watch.changes,
            diagnostics=tuple(watch.diagnostics),
            failed_urns=tuple(watch.failed_urns),
            pending_creates=pending_creates(self._service, operation.stack),
            reason=update.reason if update else "",
        )
