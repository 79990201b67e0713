"""Keeps the shim at work beside a local AWS that comes and goes."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hoist.clock import Clock
from local.emulator_status import EmulatorState, EmulatorStatus
from local.metric_shim.occurrence import Occurrence
from local.metric_shim.shim import LOOK_BACK

log = logging.getLogger(__name__)

# Whoever starts the local AWS starts the shim too: a restart is all that has to be outlived.
PATIENCE_SECONDS = 120.0
# Lines of a busy local AWS may come late; what was put before is seen to be there.
OVERLAP = timedelta(minutes=2)


class Shim(Protocol):
    """What is kept at work."""

    def catch_up(self, look_back: timedelta) -> Sequence[Occurrence]:
        """Put what happened in the time before now and is not shown; what was put is returned."""
        ...


class Companion:
    """Takes a turn now and then. What goes wrong in one is left to the next."""

    def __init__(
        self,
        *,
        emulator: Callable[[], EmulatorStatus],
        shim_at: Callable[[str], Shim],
        clock: Clock,
    ) -> None:
        """`shim_at` makes the shim of the local AWS that answers at an address."""
        self._emulator = emulator
        self._shim_at = shim_at
        self._clock = clock
        self._shim: tuple[str, Shim] | None = None
        self._seen_at = clock.monotonic()
        self._caught_up_at: datetime | None = None
        self._is_in_trouble = False

    def turn(self) -> bool:
        """Catch up, if the local AWS is there; False once it has been gone for too long."""
        found = self._emulator()
        if found.process is None:
            return self._clock.monotonic() - self._seen_at < PATIENCE_SECONDS
        self._seen_at = self._clock.monotonic()
        if found.state is EmulatorState.RUNNING:
            self._catch_up(found.process.endpoint_url)
        return True

    def _catch_up(self, endpoint_url: str) -> None:
        began = self._clock.now()
        try:
            put = self._shim_of(endpoint_url).catch_up(self._look_back(began))
        except Exception:
            # The door. A local AWS that goes down meanwhile is the likeliest reason; one that
            # stays is told once, not each time.
            if not self._is_in_trouble:
                log.exception("what happened could not be made metrics; trying again")
            self._is_in_trouble = True
            return
        self._is_in_trouble = False
        self._caught_up_at = began
        if put:
            log.info("%d things that happened are metrics now", len(put))

    def _shim_of(self, endpoint_url: str) -> Shim:
        """The same one while the address stays: its clients are expensive to make."""
        if self._shim is None or self._shim[0] != endpoint_url:
            self._shim = (endpoint_url, self._shim_at(endpoint_url))
        return self._shim[1]

    def _look_back(self, now: datetime) -> timedelta:
        if self._caught_up_at is None:
            return LOOK_BACK
        return min(LOOK_BACK, now - self._caught_up_at + OVERLAP)
