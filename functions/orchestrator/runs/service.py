"""The use cases of runs, for whatever door."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from hoist.clock import Clock
from orchestrator.runs import claiming, slices, wishes
from orchestrator.runs.admissions import Admissions
from orchestrator.runs.doorbell import Doorbell
from orchestrator.runs.errors import DoorbellUnavailableError, RunNotClaimableError
from orchestrator.runs.ids import MakeRunId, new_run_id
from orchestrator.runs.lost_doorbells import STACKS_PER_SWEEP, Sweep, sweep
from orchestrator.runs.queues import Queues
from orchestrator.runs.records import Claim, Progress, Run, Transition
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.run_keys import RunKeys
from orchestrator.runs.run_records import OnTransition, RunPage, RunRecords
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.waiting import WaitingStacks
from orchestrator.runs.wishes import Resolution
from orchestrator.state.storage import Records

OnRunOver = Callable[[Run], None]
"""Is told of a run that is over once its queue goes on, perhaps twice, and raises nothing."""


@dataclass(frozen=True, slots=True)
class Submission:
    """The answer to a request."""

    run: Run
    is_new: bool
    """False if an earlier request with the same key had brought it."""


def ignore_transition(run: Run, transition: Transition) -> None:
    """For those who read the transitions from the runs' records."""


def ignore_end(run: Run) -> None:
    """For those who do nothing when a run is over."""


class RunService:
    """The runs of a store. One instance serves all stacks and may be used by several threads."""

    def __init__(
        self,
        records: Records,
        *,
        doorbell: Doorbell,
        clock: Clock,
        make_id: MakeRunId = new_run_id,
        on_transition: OnTransition = ignore_transition,
        on_run_over: OnRunOver = ignore_end,
    ) -> None:
        self._doorbell = doorbell
        self._clock = clock
        self._on_run_over = on_run_over
        self._runs = RunRecords(records, on_transition=on_transition)
        self._waiting = WaitingStacks(records)
        keys = RunKeys(records)
        self._queues = Queues(records, runs=self._runs, keys=keys, waiting=self._waiting)
        self._admissions = Admissions(
            self._queues, runs=self._runs, keys=keys, waiting=self._waiting, make_id=make_id
        )

    def submit(self, request: RunRequest) -> Submission:
        """Queue a run and ring; with a key that came before, find its run and ring again.

        Raises IdempotencyKeyReusedError, QueueFullError. After any other error the run may be
        queued: the same request with the same key tells.
        """
        admission = self._admissions.admit(request, now=self._clock.now())
        if not admission.run.state.is_final:
            self._ring(request.stack_id)
        return Submission(admission.run, admission.is_new)

    def get(self, stack_id: str, run_id: str) -> Run:
        """Raises RunNotFoundError."""
        return self._runs.require(stack_id, run_id)

    def list(self, stack_id: str, *, limit: int = 20, before: str = "") -> RunPage:
        """The stack's runs, newest first; `before` is the `next_before` of the page before."""
        return self._runs.page(stack_id, limit=limit, before=before)

    def unfinished(self, stack_id: str) -> Sequence[Run]:
        """The stack's queue, oldest first; the first may be running."""
        return self._queues.unfinished(stack_id)

    def claim_next(self, stack_id: str, *, worker_id: str) -> Claim | None:
        """One slice of the stack's oldest unfinished run; None if there is nothing to do now.

        `worker_id` names one invocation and is never used by another: a warm worker that came back
        under the same name would be taken for the one that died.
        """
        while (first := self._queues.first_unfinished(stack_id, now=self._clock.now())) is not None:
            run = self._claim(first, worker_id)
            if run is None:
                return None
            if not run.state.is_final:
                return Claim(run, worker_id)
            self._on_run_over(run)
        return None

    def heartbeat(self, claim: Claim, progress: Progress) -> Run:
        """Extend the lease; if the answer's `cancel` is set, the worker has to stop its engine.

        Raises ClaimLostError: somebody has taken over, and the worker has to stop as well.
        """
        now = self._clock.now()
        return self._runs.change(
            claim.run.stack_id,
            claim.run.id,
            lambda run: claiming.heartbeat(run, claim, progress=progress, now=now),
        )

    def end_slice(self, claim: Claim, ending: SliceEnding) -> Run:
        """Note how the slice ended, and ring if there is more to do; may be repeated.

        Raises ClaimLostError.
        """
        now = self._clock.now()
        run = self._runs.change(
            claim.run.stack_id,
            claim.run.id,
            lambda run: slices.slice_ended(run, claim, ending, now=now),
        )
        self._go_on_after(run)
        return run

    def cancel(self, stack_id: str, run_id: str, *, who: str) -> Run:
        """Cancel a run that is not running; ask the worker of one that is. May be repeated.

        Raises RunNotFoundError, RunFinishedError.
        """
        now = self._clock.now()
        run = self._runs.change(
            stack_id, run_id, lambda run: wishes.request_cancel(run, who=who, now=now)
        )
        self._go_on_after(run)
        return run

    def resolve_attention(
        self, stack_id: str, run_id: str, resolution: Resolution, *, who: str
    ) -> Run:
        """A person's word on a run that needs it.

        Raises RunNotFoundError, NoAttentionNeededError.
        """
        now = self._clock.now()
        run = self._runs.change(
            stack_id,
            run_id,
            lambda run: wishes.resolve_attention(run, resolution, who=who, now=now),
        )
        self._go_on_after(run)
        return run

    def stacks_to_ring(self, *, after: str = "", limit: int = STACKS_PER_SWEEP) -> Sweep:
        """Stacks whose first run nobody came for in 80 s; anybody may ring for them again."""
        now = self._clock.now()
        return sweep(self._queues, self._waiting, now=now, after=after, limit=limit)

    def _claim(self, first: Run, worker_id: str) -> Run | None:
        now = self._clock.now()
        with suppress(RunNotClaimableError):
            return self._runs.change(
                first.stack_id,
                first.id,
                lambda run: claiming.claim(run, worker_id=worker_id, now=now),
            )
        return None

    def _go_on_after(self, run: Run) -> None:
        if run.state.is_final:
            rest = self._queues.remove(run.stack_id, run.id, now=self._clock.now())
            # A worker that crashed may have left something open, which another one has to close.
            has_more = bool(rest.run_ids) or run.has_crashed_last
        else:
            has_more = run.state.is_waiting_for_worker
        if has_more:
            self._ring(run.stack_id)
        if run.state.is_final:
            self._on_run_over(run)

    def _ring(self, stack_id: str) -> None:
        # The run is in the store: a ring that was lost is found by `stacks_to_ring`.
        with suppress(DoorbellUnavailableError):
            self._doorbell.ring(stack_id)
