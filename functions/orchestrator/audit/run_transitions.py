"""Tells the audit of the moves of runs: a worker's slice begins with its claim and has an end."""

from orchestrator.audit.acts import BEGUN, DONE, Act, Digests, Result, ResultKind, Source, Who
from orchestrator.audit.trail import AuditTrail
from orchestrator.runs.records import Run, Transition
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome

_BY_WORKERS = frozenset(
    {RunEvent.CLAIMED, RunEvent.TAKEN_OVER, RunEvent.GIVEN_UP, RunEvent.SLICE_ENDED}
)
_BEGINNINGS = frozenset({RunEvent.CLAIMED, RunEvent.TAKEN_OVER})
_FAILURES = frozenset({RunState.FAILED, RunState.DEAD})


class TransitionAudit:
    """An `OnTransition` of runs; the trail's `on_lost` hears of entries that are not written."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail
        # Of the slices that this process works on: the entries by which they began.
        self._begun_at: dict[str, int] = {}

    def __call__(self, run: Run, transition: Transition) -> None:
        number = self._trail.note_after(
            run.stack_id, _act(run, transition), self._result(run, transition)
        )
        if transition.event in _BEGINNINGS:
            self._begun_at[run.id] = number

    def _result(self, run: Run, transition: Transition) -> Result:
        if transition.event in _BEGINNINGS:
            return BEGUN
        if transition.event is RunEvent.SLICE_ENDED:
            return _slice_result(run, transition, begun_at=self._begun_at.pop(run.id, 0))
        kind = ResultKind.FAILED if transition.to_state in _FAILURES else DONE.kind
        return Result(kind, str(transition.to_state))


def _slice_result(run: Run, transition: Transition, *, begun_at: int) -> Result:
    """What became of the run; of a slice that says of itself that it crashed, that it did."""
    has_failed = run.has_crashed_last or transition.to_state in _FAILURES
    is_over = transition.to_state.is_final
    code = SliceOutcome.CRASHED if run.has_crashed_last and not is_over else transition.to_state
    return Result(ResultKind.FAILED if has_failed else DONE.kind, str(code), begun_at)


def _act(run: Run, transition: Transition) -> Act:
    request = run.request
    is_by_worker = transition.event in _BY_WORKERS
    return Act(
        operation=f"run.{transition.event}",
        subject=_subject(run, transition),
        who=Who() if is_by_worker else Who(person=transition.who),
        why=_why(run, transition),
        source=Source(invocation=transition.who) if is_by_worker else Source(),
        digests=Digests(program=request.program_digest, config=request.config_digest),
    )


def _subject(run: Run, transition: Transition) -> str:
    """The run, and of a slice's end the update that it was: what the engine changed is in there."""
    version = run.slices[-1].progress.version if transition.event is RunEvent.SLICE_ENDED else 0
    return f"{run.id} update {version}" if version else run.id


def _why(run: Run, transition: Transition) -> str:
    if transition.event is RunEvent.SUBMITTED:
        return run.request.message
    # How a slice ended, an engine and a program may have told in words of their own.
    return "" if transition.event is RunEvent.SLICE_ENDED else transition.reason
