"""Why a slice has to stop: what its engine hears is only that it has to."""

from enum import Enum, auto


class StopReason(Enum):
    """Who or what wants the engine to stop."""

    WISH = auto()
    """Somebody wants the run cancelled."""
    CLAIM_LOST = auto()
    """Another worker has taken over."""
    LEASE_OVER = auto()
    """Nobody could be told for too long that this worker is alive."""
    TERMINATED = auto()
    """This process was told to end."""


class Stop:
    """Is set once anybody wants the engine to stop, and knows why.

    It is set by a signal handler too, and so by no means that a lock would be needed for.
    """

    __slots__ = ("_reasons",)

    def __init__(self) -> None:
        self._reasons: set[StopReason] = set()

    def ask(self, reason: StopReason) -> None:
        self._reasons.add(reason)

    def is_set(self) -> bool:
        """As the engine asks it."""
        return bool(self._reasons)

    def has(self, reason: StopReason) -> bool:
        return reason in self._reasons
