"""One slice of a run, from its claim to its end.

    the attempt, watched by a vigil       lease and message are renewed, wishes are heard
    the end is foreseen, and told         the events first: who sees the end sees all of them
    the end is written, and rung          from here on the run is somebody else's

Two workers of one run never meet by design. If they do, since one of them slept through its lease,
the seal on the update's journal decides, and the other one ends nothing.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from hoist.clock import Clock
from hoist.errors import EnvironmentFaultError, HoistError
from orchestrator.engine.deadline import Deadline
from orchestrator.run_events.service import RunEvents
from orchestrator.runs.errors import ClaimLostError
from orchestrator.runs.records import Claim, Run
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding, slice_ended
from orchestrator.runs.states import SliceOutcome
from orchestrator.work.attempt import Attempt, SliceInHand
from orchestrator.work.conclusions import Conclusion
from orchestrator.work.facts import FactLog
from orchestrator.work.keeping import Keep, keep_in_thread
from orchestrator.work.patience import patiently
from orchestrator.work.progress import SliceProgress
from orchestrator.work.stop import Stop, StopReason
from orchestrator.work.telling import Narrator
from orchestrator.work.termination import on_termination
from orchestrator.work.vigil import HeldMessage, Vigil


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceWork:
    """Works slices, one at a time."""

    attempt: Attempt
    runs: RunService
    events: RunEvents
    clock: Clock
    log: FactLog
    keep: Keep = keep_in_thread

    def work(self, claim: Claim, message: HeldMessage, *, deadline: Deadline) -> None:
        """Work the claimed slice and end it, unless somebody else has taken over.

        Raises what kept this worker from working; the slice is ended as crashed then, if it can be.
        """
        stop = Stop()
        with on_termination(lambda: stop.ask(StopReason.TERMINATED)):
            try:
                conclusion = self._concluded(claim, message, stop, deadline)
                run = self._end(claim, conclusion.ending)
            except ClaimLostError as error:
                self.log.warn("slice_lost", error, run_id=error.run_id)
                return
            except Exception as error:
                self._end_crashed(claim, error)
                raise
        self._archive(run)

    def _concluded(
        self, claim: Claim, message: HeldMessage, stop: Stop, deadline: Deadline
    ) -> Conclusion:
        """What became of the slice, with all its events written. Raises ClaimLostError."""
        run = claim.run
        progress = SliceProgress(self.attempt.service, run)
        vigil = self._vigil(claim, message, stop, progress)
        with (
            self.events.writer(
                run.id,
                claim.slice_number,
                on_error=lambda error: self.log.warn("events_lost", error, run_id=run.id),
            ) as sink,
            self.keep(vigil, stop) as wake,
        ):

            def beat() -> None:
                vigil.beat_soon()
                wake()

            narrator = Narrator(sink, run, self.attempt.service.stacks, clock=self.clock)
            hand = SliceInHand(
                claim=claim,
                narrator=narrator,
                progress=progress,
                deadline=deadline,
                stop=stop,
                on_first=beat,
            )
            conclusion = _with_progress(self.attempt.carry_out(hand), progress)
            narrator.conclude(conclusion, self._foreseen(claim, conclusion.ending))
        return conclusion

    def _vigil(
        self, claim: Claim, message: HeldMessage, stop: Stop, progress: SliceProgress
    ) -> Vigil:
        return Vigil(
            claim,
            message,
            stop,
            runs=self.runs,
            progress=progress.present,
            clock=self.clock,
            log=self.log,
        )

    def _foreseen(self, claim: Claim, ending: SliceEnding) -> Run:
        """The run as this ending will leave it, if nobody wishes otherwise in this moment."""
        present = patiently(
            lambda: self.runs.get(claim.run.stack_id, claim.run.id), clock=self.clock
        )
        return slice_ended(present, claim, ending, now=self.clock.now()).run

    def _end(self, claim: Claim, ending: SliceEnding) -> Run:
        run = patiently(lambda: self.runs.end_slice(claim, ending), clock=self.clock)
        self.log.tell(
            "slice_ended",
            run_id=run.id,
            slice=claim.slice_number,
            outcome=str(ending.outcome),
            state=str(run.state),
            resources_finished=run.slices[claim.slice_number - 1].progress.resources_finished,
        )
        return run

    def _end_crashed(self, claim: Claim, error: Exception) -> None:
        """Say so, that nobody has to wait for the lease. What cannot be said, the lease will."""
        # The text of an error that is not ours may hold anything.
        reason = error.message if isinstance(error, HoistError) else type(error).__name__
        with suppress(HoistError):
            self._end(
                claim, SliceEnding(SliceOutcome.CRASHED, reason=f"the worker failed: {reason}")
            )

    def _archive(self, run: Run) -> None:
        try:
            self.events.archive(run)
        except EnvironmentFaultError as error:
            # They stay where they are, and are read there.
            self.log.warn("events_not_archived", error, run_id=run.id)


def _with_progress(conclusion: Conclusion, progress: SliceProgress) -> Conclusion:
    result = conclusion.result
    if result is None:
        return conclusion
    last = progress.after(update_id=result.update_id, version=result.version)
    return replace(conclusion, ending=replace(conclusion.ending, progress=last))
