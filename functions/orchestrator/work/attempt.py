"""One try to carry out a run's operation, on the stack as a former worker may have left it."""

from collections.abc import Callable
from dataclasses import dataclass

from hoist.errors import HoistError
from orchestrator.engine.deadline import Deadline
from orchestrator.engine.operation_errors import ListenerError
from orchestrator.engine.operations import Operation
from orchestrator.engine.pending_creates import pending_creates
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.runs.records import Claim, Run
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from orchestrator.state.errors import StackNotFoundError, UpdateInProgressError
from orchestrator.state.records import StackRecord
from orchestrator.state.service import StateService
from orchestrator.work.conclusions import Conclusion, conclusion_of_error, conclusion_of_result
from orchestrator.work.facts import FactLog
from orchestrator.work.leftovers import Leftovers
from orchestrator.work.operations import operation_of
from orchestrator.work.programs import StoredPrograms, stored_program
from orchestrator.work.progress import SliceProgress
from orchestrator.work.slice_engine import MakeEngine
from orchestrator.work.stop import Stop
from orchestrator.work.telling import Narrator

CAME_BACK = "a former worker came back, and had the stack opened first"


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceInHand:
    """A claimed slice, and what belongs to it while it is worked."""

    claim: Claim
    narrator: Narrator
    progress: SliceProgress
    deadline: Deadline
    stop: Stop
    on_first: Callable[[], None]
    """Is called once the operation is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is needed to try it."""

    service: StateService
    leftovers: Leftovers
    programs: StoredPrograms
    make_engine: MakeEngine
    log: FactLog

    def carry_out(self, hand: SliceInHand) -> Conclusion:
        """What became of it. Raises what keeps workers from working, this one or all of them."""
        run = hand.claim.run
        try:
            stack = self._stack(run)
            # Somebody else's update is the engine room's to judge.
            self.leftovers.take_over(stack, run)
            if run.cancel is not None:
                return _cancelled(run.cancel.who)
            result = self._run_engine(stack, hand)
            if _never_began(result) and self._is_kept_out(run):
                return _came_back()
            return conclusion_of_result(result, run, hand.stop)
        except HoistError as error:
            if isinstance(error, UpdateInProgressError) and self._is_kept_out(run):
                return _came_back()
            if (conclusion := conclusion_of_error(error)) is None:
                raise
            return conclusion

    def _stack(self, run: Run) -> StackRecord:
        stack = self.service.stacks.require(run.request.stack)
        if stack.id != run.stack_id:
            raise StackNotFoundError(
                f"stack '{stack.name}' was deleted, and made anew since this run was asked for",
                way_out="submit a new run",
            )
        return stack

    def _pending_urns(self, run: Run) -> frozenset[str]:
        """Of interest only to who names some of them."""
        if not run.request.options.import_pending_creates:
            return frozenset()
        return frozenset(create.urn for create in pending_creates(self.service, run.request.stack))

    def _program(self, run: Run, operation: Operation) -> ProgramArchive | None:
        if not operation.kind.runs_program:
            return None
        return stored_program(self.programs, run.request.program_digest)

    def _run_engine(self, stack: StackRecord, hand: SliceInHand) -> OperationResult:
        run = hand.claim.run
        operation = operation_of(hand.claim, pending_urns=self._pending_urns(run))
        program = self._program(run, operation)
        engine = self.make_engine()
        listener = hand.narrator.listener(
            operation,
            self.service.stacks.state(stack.name),
            hand.progress,
            version=stack.version,
            on_first=hand.on_first,
        )
        try:
            return engine.run(
                operation, program, listener=listener, deadline=hand.deadline, cancel=hand.stop
            )
        except ListenerError as error:
            self.log.warn("events_incomplete", error.__cause__ or error, run_id=run.id)
            return error.result

    def _is_kept_out(self, run: Run) -> bool:
        """Whether the stack is held open by a worker that slept through its lease."""
        return self.leftovers.is_there(self._stack(run), run)


def _never_began(result: OperationResult) -> bool:
    may_begin = not result.kind.is_read_only
    return may_begin and result.outcome is Outcome.FAILED and not result.update_id


def _came_back() -> Conclusion:
    """The next slice takes over from it."""
    return Conclusion(SliceEnding(SliceOutcome.CRASHED, reason=CAME_BACK))


def _cancelled(who: str) -> Conclusion:
    return Conclusion(SliceEnding(SliceOutcome.CANCELLED, reason=f"cancelled by {who}"))
