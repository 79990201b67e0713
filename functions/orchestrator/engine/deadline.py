"""When a child must stop, and by which steps: interrupt, interrupt again, kill.

Decisions only, over instants of a monotonic clock; `child` carries them out.
"""

import math
from dataclasses import dataclass
from enum import Enum

from hoist.clock import Clock

DEFAULT_MARGIN_SECONDS = 90.0
DEFAULT_RESERVE_SECONDS = 20.0
# The supervisor kills within its own patience of 5 s; one that has not ended by then is stuck.
ABANDON_AFTER_SECONDS = 8.0


class StopStep(Enum):
    """What to do to a child that must stop."""

    INTERRUPT = "interrupt"
    KILL = "kill"
    ABANDON = "abandon"


class StopCause(Enum):
    """Why a child was told to stop."""

    CANCEL = "cancel"
    DEADLINE = "deadline"


class Deadline:
    """An instant by which everything must be over, the caller's own work included.

    The child is interrupted `margin_seconds` ahead of it and gone `reserve_seconds` ahead of it:
    the margin is for the step that is under way, the reserve for what the caller does afterwards.
    """

    __slots__ = ("ends_at", "margin_seconds", "reserve_seconds")

    def __init__(
        self,
        ends_at: float,
        *,
        margin_seconds: float = DEFAULT_MARGIN_SECONDS,
        reserve_seconds: float = DEFAULT_RESERVE_SECONDS,
    ) -> None:
        self.ends_at = ends_at
        self.margin_seconds = margin_seconds
        self.reserve_seconds = reserve_seconds

    @classmethod
    def after(
        cls,
        seconds: float,
        *,
        clock: Clock,
        margin_seconds: float = DEFAULT_MARGIN_SECONDS,
        reserve_seconds: float = DEFAULT_RESERVE_SECONDS,
    ) -> "Deadline":
        """The deadline that many seconds from now."""
        return cls(
            clock.monotonic() + seconds,
            margin_seconds=margin_seconds,
            reserve_seconds=reserve_seconds,
        )

    def widen(self, margin_seconds: float) -> None:
        """Make the margin at least this long, as longer steps are seen; from any thread."""
        self.margin_seconds = max(self.margin_seconds, margin_seconds)

    @property
    def interrupt_at(self) -> float:
        return self.ends_at - max(self.margin_seconds, self.reserve_seconds)

    @property
    def kill_at(self) -> float:
        return self.ends_at - self.reserve_seconds


@dataclass(frozen=True, slots=True)
class StopPolicy:
    """How patient to be with a child that must stop."""

    # pulumi sets its handlers up after about 0.2 s; before that a signal ends it at once, and a
    # stack whose update has just started stays open.
    signal_not_before_seconds: float = 0.3
    # How long a cancelled child may finish what is under way, as it does after one interrupt.
    second_interrupt_after_seconds: float = 60.0
    # After the second it abandons that, and needs only time to say so.
    kill_after_seconds: float = 10.0
    # The whole way from interrupt to kill where this process has died and nobody listens.
    orphan_grace_seconds: float = 5.0


class Escalation:
    """The steps of stopping one child, each of them once and in its time.

    A cancel runs by the policy's pauses; a deadline leaves the child all the time until its
    reserve. Under both, whatever comes first.
    """

    def __init__(self, policy: StopPolicy, deadline: Deadline | None, *, started_at: float) -> None:
        self._policy = policy
        self._deadline = deadline
        self._started_at = started_at
        self._is_cancelled = False
        self._last_step_at = started_at
        self.interrupts_sent = 0
        self.is_killed = False
        self.is_abandoned = False
        self.cause: StopCause | None = None

    def next_step(self, now: float, *, is_cancelled: bool) -> StopStep | None:
        """The step that is due now, if any; it counts as taken."""
        self._is_cancelled = self._is_cancelled or is_cancelled
        if self.is_abandoned or now < self._next_step_at():
            return None
        self._last_step_at = now
        return self._take_step()

    def _next_step_at(self) -> float:
        if self.is_killed:
            return self._last_step_at + ABANDON_AFTER_SECONDS
        if self.interrupts_sent == 2:
            return min(self._last_step_at + self._policy.kill_after_seconds, self._latest_kill_at)
        if self.interrupts_sent == 1:
            return min(
                self._after_cancel(self._last_step_at, self._policy.second_interrupt_after_seconds),
                self._latest_kill_at - self._policy.kill_after_seconds,
            )
        interrupt_at = math.inf if self._deadline is None else self._deadline.interrupt_at
        return max(
            self._started_at + self._policy.signal_not_before_seconds,
            min(interrupt_at, self._after_cancel(self._started_at, 0)),
        )

    def _after_cancel(self, instant: float, seconds: float) -> float:
        return instant + seconds if self._is_cancelled else math.inf

    @property
    def _latest_kill_at(self) -> float:
        return math.inf if self._deadline is None else self._deadline.kill_at

    def _take_step(self) -> StopStep:
        if self.is_killed:
            self.is_abandoned = True
            return StopStep.ABANDON
        if self.interrupts_sent == 2:
            self.is_killed = True
            return StopStep.KILL
        self.interrupts_sent += 1
        self.cause = self.cause or self._present_cause()
        return StopStep.INTERRUPT

    def _present_cause(self) -> StopCause:
        return StopCause.CANCEL if self._is_cancelled else StopCause.DEADLINE
