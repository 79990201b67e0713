"""Asking for a run: the stack exists, its program is there, and then the run is queued."""

from contextlib import suppress
from dataclasses import dataclass, field

from orchestrator.runs.errors import RunFinishedError, RunRequestError
from orchestrator.runs.options import RunOptions, check_kind
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.service import RunService, Submission
from orchestrator.runs.states import RunKind
from orchestrator.stack_life.errors import StackBeingDeletedError
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.first_use import find_or_make, require_used
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord
from orchestrator.state.stacks import Stacks
from orchestrator.uploads.programs import ProgramStore

_KINDS_WITH_PROGRAM = (RunKind.PREVIEW, RunKind.UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRun:
    """What somebody wants. Raises RunRequestError for what does not go together."""

    stack: StackName
    kind: RunKind
    asked_by: str
    program: str = ""
    """The SHA-256 of the program's zip; empty for what runs none."""
    options: RunOptions = field(default_factory=RunOptions)
    message: str = ""
    idempotency_key: str = ""

    def __post_init__(self) -> None:
        check_kind(self.kind, self.options)
        if self.runs_program and not self.program:
            raise RunRequestError(
                f"'{self.kind}' needs a program", way_out="upload one, and name its digest"
            )
        if self.program and not self.runs_program:
            raise RunRequestError(f"'{self.kind}' runs no program", way_out="name none")

    @property
    def runs_program(self) -> bool:
        return self.kind in _KINDS_WITH_PROGRAM


class RunSubmissions:
    """Takes wishes in."""

    def __init__(
        self, stacks: Stacks, runs: RunService, *, data_keys: DataKeys, programs: ProgramStore
    ) -> None:
        self._stacks = stacks
        self._runs = runs
        self._data_keys = data_keys
        self._programs = programs

    def submit(self, wanted: WantedRun) -> Submission:
        """Queue the run, or find the one that its key stands for.

        `preview` and `up` make the stack. Raises StackNotFoundError, StackBeingDeletedError, what
        `ProgramStore.admit` and `RunService.submit` raise.
        """
        version_id = self._programs.admit(wanted.program).version_id if wanted.program else ""
        record = self._stack(wanted)
        request = RunRequest(
            stack_id=record.id,
            stack=wanted.stack,
            kind=wanted.kind,
            asked_by=wanted.asked_by,
            program_digest=wanted.program,
            program_version_id=version_id,
            options=wanted.options,
            message=wanted.message,
            idempotency_key=wanted.idempotency_key,
        )
        submission = self._runs.submit(request)
        self._refuse_deleted(submission, who=wanted.asked_by)
        return submission

    def _stack(self, wanted: WantedRun) -> StackRecord:
        if wanted.runs_program:
            record = find_or_make(self._stacks, wanted.stack, data_keys=self._data_keys).record
        else:
            record = require_used(self._stacks, wanted.stack)
        if record.is_being_deleted:
            raise StackBeingDeletedError(wanted.stack)
        return record

    def _refuse_deleted(self, submission: Submission, *, who: str) -> None:
        """Whoever deletes the stack looks for runs after its mark, and we for the mark after our
        run: of two who meet at least one sees the other."""
        request = submission.run.request
        found = self._stacks.find(request.stack)
        if found is not None and found.id == request.stack_id and not found.is_being_deleted:
            return
        with suppress(RunFinishedError):
            self._runs.cancel(request.stack_id, submission.run.id, who=who)
        raise StackBeingDeletedError(request.stack)
