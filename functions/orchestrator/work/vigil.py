"""Holds on to a slice while its engine works: lease and message renewed, wishes heard.

    every 20 s   heartbeat: the lease ends 60 s later       then the message stays hidden for 65 s
    every 3 s    the run is read: does anybody want it cancelled, or has taken it over?

The lease comes first, so that whoever gets the message again finds that the lease is over. A store
that does not answer is asked again; the engine is stopped for it only when the lease is over by
the clock, since another worker may be at it then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hoist.clock import Clock
from orchestrator.runs.claiming import check_claim
from orchestrator.runs.errors import ClaimLostError, DoorbellUnavailableError
from orchestrator.runs.records import Claim, Progress, Run
from orchestrator.runs.service import RunService
from orchestrator.work.facts import FactLog
from orchestrator.work.patience import PASSING
from orchestrator.work.stop import Stop, StopReason
from orchestrator.work.visibility import HIDDEN_SECONDS, Visibility

BEAT_SECONDS = 20.0
LOOK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """The message that brought the worker here."""

    visibility: Visibility
    receipt_handle: str

    def hold(self) -> None:
        """Keep it from others for a little longer than a lease. Raises DoorbellUnavailableError."""
        self.visibility.hide(self.receipt_handle, seconds=HIDDEN_SECONDS)


class Vigil:
    """What is to be done meanwhile, and when; somebody else calls `look` in time."""

    def __init__(
        self,
        claim: Claim,
        message: HeldMessage,
        stop: Stop,
        *,
        runs: RunService,
        progress: Callable[[], Progress],
        clock: Clock,
        log: FactLog,
    ) -> None:
        self._claim = claim
        self._message = message
        self._stop = stop
        self._runs = runs
        self._progress = progress
        self._clock = clock
        self._log = log
        self._lease_ends_at = _lease_end(claim.run)
        now = clock.monotonic()
        self._beat_at = now + BEAT_SECONDS
        self._look_at = now + LOOK_SECONDS

    def beat_soon(self) -> None:
        """Make the next heartbeat due: there is something that the record should know."""
        self._beat_at = self._clock.monotonic()

    def look(self) -> float:
        """Do what is due; returns in how many seconds something will be."""
        now = self._clock.monotonic()
        if self._stop.has(StopReason.CLAIM_LOST):
            return LOOK_SECONDS
        if now >= self._beat_at:
            self._beat(now)
        elif now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._read(self._present_run)
        return max(0.0, min(self._beat_at, self._look_at) - self._clock.monotonic())

    def _beat(self, now: float) -> None:
        self._look_at = now + LOOK_SECONDS
        # As if it had failed: it is tried again soon, unless it succeeds.
        self._beat_at = now + LOOK_SECONDS
        run = self._read(self._heartbeat)
        if run is None:
            return
        self._beat_at = now + BEAT_SECONDS
        self._lease_ends_at = _lease_end(run)
        try:
            self._message.hold()
        except DoorbellUnavailableError as error:
            self._log.warn("message_not_held", error, run_id=run.id)

    def _heartbeat(self) -> Run:
        return self._runs.heartbeat(self._claim, self._progress())

    def _present_run(self) -> Run:
        run = self._runs.get(self._claim.run.stack_id, self._claim.run.id)
        check_claim(run, self._claim)
        return run

    def _read(self, call: Callable[[], Run]) -> Run | None:
        """The run as the call gives it, its wish heard; None if it did not come through."""
        try:
            run = call()
        except ClaimLostError as error:
            self._log.warn("claim_lost", error, run_id=error.run_id)
            self._stop.ask(StopReason.CLAIM_LOST)
            return None
        except PASSING as error:
            self._log.warn("heartbeat_failed", error, run_id=self._claim.run.id)
            if self._clock.now() >= self._lease_ends_at:
                self._stop.ask(StopReason.LEASE_OVER)
            return None
        if run.cancel is not None:
            self._stop.ask(StopReason.WISH)
        return run


def _lease_end(run: Run) -> datetime:
    if run.lease is None:
        raise AssertionError(f"run {run.id} is claimed, and so has a lease")
    return run.lease.ends_at
