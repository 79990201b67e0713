"""A deadline that a test brings about, and that knows when the child has been interrupted."""

from hoist.clock import SystemClock
from orchestrator.engine.deadline import Deadline, StopPolicy

FAR_SECONDS = 1000.0
# A child is asked about every 0.1 s; the launcher has passed a signal on long before the third.
LOOKS_UNTIL_DELIVERED = 3


class ObservedDeadline(Deadline):
    """Far away, until the test says otherwise."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._looks_at_kill = 0
        super().__init__(
            self._clock.monotonic() + FAR_SECONDS, margin_seconds=0.0, reserve_seconds=0.0
        )

    @property
    def kill_at(self) -> float:
        # Nobody asks for it before the first interrupt was sent.
        self._looks_at_kill += 1
        return self.ends_at - self.reserve_seconds

    @property
    def has_interrupted(self) -> bool:
        """Whether the child has got its first interrupt."""
        return self._looks_at_kill >= LOOKS_UNTIL_DELIVERED

    def interrupt_now(self) -> None:
        """The child is to stop, and has all the time to finish what is under way."""
        self.widen(2 * FAR_SECONDS)

    def interrupt_twice_now(self) -> None:
        """The child is to stop, and has no time to finish what is under way."""
        left_seconds = StopPolicy().kill_after_seconds
        self.ends_at = self._clock.monotonic() + left_seconds
        self.widen(left_seconds)
