"""An engine that is not there, on a cloud that is a list: what workers see of the real ones.

It keeps its journal as the engine does (begun, done in the cloud, noted), and keeps to the room's
rules: a dead update is taken over, pending creates stop it, an update that it left open is sealed.
`tests/contracts/test_slice_engine_contract.py` holds it to what the real one does.
"""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hoist.clock import Clock
from hoist.errors import HoistError
from journals import THING, Entry, batch, begin, entry, resource, success, urn
from orchestrator.engine.child import Cancel
from orchestrator.engine.deadline import Deadline, StopCause
from orchestrator.engine.events import Step, StepDone, StepFailed, StepStarted
from orchestrator.engine.operation_errors import PendingCreatesError
from orchestrator.engine.operations import Operation
from orchestrator.engine.pending_creates import pending_creates, settle_pending_creates
from orchestrator.engine.programs.archive import ProgramArchive, build_archive
from orchestrator.engine.results import Facts, OperationResult, decide_outcome
from orchestrator.engine.watching import Listener
from orchestrator.state.errors import StoreUnavailableError, UpdateInProgressError
from orchestrator.state.journal import JournalEntryKind
from orchestrator.state.names import StackName
from orchestrator.state.records import Holder, UpdateKind, UpdateRecord
from orchestrator.state.service import StateService
from orchestrator.state.updates import UpdateRequest

JOURNAL_TRIES = 3
_KINDS = {"up": UpdateKind.UPDATE, "preview": UpdateKind.PREVIEW}


@dataclass(slots=True)
class Cloud:
    """What was really created, by stack and name, and what cannot be."""

    creates: list[tuple[StackName, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def create(self, stack: StackName, name: str) -> bool:
        """Whether it was."""
        if name in self.refused:
            return False
        self.creates.append((stack, name))
        return True


def wanting(directory: Path, *names: str) -> ProgramArchive:
    """A program that wants things of these names."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (directory / "__main__.py").write_text("")
    (directory / "wants.json").write_text(json.dumps(names))
    return build_archive(directory)


def _wanted(program: ProgramArchive) -> Sequence[str]:
    with zipfile.ZipFile(io.BytesIO(program.body)) as archive:
        names: Sequence[str] = json.loads(archive.read("wants.json"))
    return names


@dataclass(slots=True)
class SimulatedRunner:
    """Implements orchestrator.work.slice_engine.SliceEngine, for `up` and `preview`."""

    service: StateService
    cloud: Cloud
    clock: Clock
    pause: Callable[[str], None] = field(default=lambda name: None)
    """Is called in the middle of each create, before the cloud has it."""

    def run(
        self,
        operation: Operation,
        program: ProgramArchive | None = None,
        *,
        listener: Listener,
        deadline: Deadline | None = None,
        cancel: Cancel | None = None,
    ) -> OperationResult:
        self._prepare(operation)
        assert program
        execution = _Execution(self, operation, listener, deadline=deadline, cancel=cancel)
        try:
            execution.carry_out(_wanted(program))
        finally:
            # Raises what the store raises, like the real one.
            update = self._settle(operation.stack, execution.update)
        facts = Facts(
            exit_code=execution.exit_code,
            stop_cause=execution.stop_cause,
            step_failed=bool(execution.failed_urns),
            status=update.status if update else None,
            is_dry_run=operation.kind.is_read_only,
        )
        return OperationResult(
            kind=operation.kind,
            outcome=decide_outcome(facts),
            exit_code=execution.exit_code,
            seconds=0.0,
            version=update.version if update else 0,
            update_id=update.id if update and not update.is_dry_run else "",
            failed_urns=tuple(execution.failed_urns),
            pending_creates=pending_creates(self.service, operation.stack),
        )

    def _prepare(self, operation: Operation) -> None:
        try:
            self.service.updates.make_way(operation.stack)
        except UpdateInProgressError:
            if not operation.kind.is_read_only:
                raise
        if operation.kind.may_create_twice and not operation.recreate_pending:
            pending = pending_creates(self.service, operation.stack)
            if pending:
                raise PendingCreatesError(operation.stack, [create.urn for create in pending])
        settle_pending_creates(self.service, operation)

    def _settle(self, name: StackName, update: UpdateRecord | None) -> UpdateRecord | None:
        if update is None or update.is_dry_run:
            return update
        stack = self.service.stacks.require(name)
        if stack.is_held_by(update.id):
            return self.service.updates.take_over(name, update.id, "the engine ended without it")
        return self.service.updates.require(stack, update.id)


class _Execution:
    """One engine process."""

    def __init__(
        self,
        runner: SimulatedRunner,
        operation: Operation,
        listener: Listener,
        *,
        deadline: Deadline | None,
        cancel: Cancel | None,
    ) -> None:
        self.update: UpdateRecord | None = None
        self.exit_code = 0
        self.stop_cause: StopCause | None = None
        self.failed_urns: list[str] = []
        self._runner = runner
        self._operation = operation
        self._listener = listener
        self._deadline = deadline
        self._cancel = cancel
        self._sequence_id = 0

    def carry_out(self, wanted: Sequence[str]) -> None:
        """An engine tells what goes wrong by its exit code, never otherwise."""
        try:
            self._open()
            self._create_missing(wanted)
            self._complete()
        except HoistError:
            self.exit_code = self.exit_code or 255

    def _open(self) -> None:
        kind = _KINDS[self._operation.kind]
        variables = self._operation.extra_environment
        environment = {
            "ci.system": variables.get("PULUMI_CI_SYSTEM", ""),
            "ci.build.id": variables.get("PULUMI_CI_BUILD_ID", ""),
        }
        request = UpdateRequest(
            kind, is_dry_run=self._operation.kind.is_read_only, environment=environment
        )
        updates, name = self._runner.service.updates, self._operation.stack
        created = updates.create(name, request)
        self.update = updates.start(name, created.id, tags={}, holder=Holder()).update

    def _create_missing(self, wanted: Sequence[str]) -> None:
        state = self._runner.service.stacks.state(self._operation.stack)
        present = {found["urn"] for found in state.resources}
        for name in wanted:
            self._heed_signals()
            if self.stop_cause or self.failed_urns:
                return
            if urn(name) not in present:
                self._create(name)

    def _create(self, name: str) -> None:
        step = Step(urn(name), THING, "create")
        self._listener(StepStarted(step))
        if self._operation.kind.is_read_only:
            self._listener(StepDone(step))
            return
        operation_id = self._sequence_id + 1
        self._write(begin(operation_id, operation_id, "creating", name=name))
        self._runner.pause(name)
        if self._runner.cloud.create(self._operation.stack, name):
            self._write(success(operation_id + 1, operation_id, state=resource(name)))
            self._listener(StepDone(step))
            return
        self._write(entry(JournalEntryKind.FAILURE, operation_id + 1, operation_id))
        self.failed_urns.append(step.urn)
        self.exit_code = 255
        self._listener(StepFailed(step))

    def _heed_signals(self) -> None:
        deadline, now = self._deadline, self._runner.clock.monotonic()
        if self._cancel is not None and self._cancel.is_set():
            self.stop_cause = self.stop_cause or StopCause.CANCEL
        elif deadline is not None and now >= deadline.interrupt_at:
            self.stop_cause = self.stop_cause or StopCause.DEADLINE
        if self.stop_cause:
            self.exit_code = 255

    def _write(self, written: Entry) -> None:
        """The engine tries for a while, then gives up."""
        assert self.update
        for attempt in range(JOURNAL_TRIES):
            try:
                self._runner.service.updates.append(
                    self._operation.stack, self.update, batch(written)
                )
            except StoreUnavailableError:
                if attempt == JOURNAL_TRIES - 1:
                    raise
            else:
                self._sequence_id = written["sequenceID"]
                return

    def _complete(self) -> None:
        assert self.update
        self._runner.service.updates.complete(
            self._operation.stack,
            self.update,
            succeeded=self.exit_code == 0,
        )
