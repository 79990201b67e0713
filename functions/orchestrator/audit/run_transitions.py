"""Tells the audit of the moves of runs: a worker's slice begins with its claim and has an end."""

from orchestrator.audit.acts import BEGUN, DONE, Act, Digests, Result, ResultKind, Source, Who
from orchestrator.audit.trail import AuditTrail
from orchestrator.runs.records import Run, Transition
from orchestrator.runs.states import RunEvent, RunState

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
        kind = ResultKind.FAILED if transition.to_state in _FAILURES else DONE.kind
        is_end = transition.event is RunEvent.SLICE_ENDED
        begun_at = self._begun_at.pop(run.id, 0) if is_end else 0
        return Result(kind, str(transition.to_state), begun_at)


def _act(run: Run, transition: Transition) -> Act:
    request = run.request
    is_by_worker = transition.event in _BY_WORKERS
    return Act(
        operation=f"run.{transition.event}",
        subject=run.id,
        who=Who() if is_by_worker else Who(person=transition.who),
        why=_why(run, transition),
        source=Source(invocation=transition.who) if is_by_worker else Source(),
        digests=Digests(program=request.program_digest, config=request.config_digest),
    )


def _why(run: Run, transition: Transition) -> str:
    if transition.event is RunEvent.SUBMITTED:
        return run.request.message
    # How a slice ended, an engine and a program may have told in words of their own.
    return "" if transition.event is RunEvent.SLICE_ENDED else transition.reason
