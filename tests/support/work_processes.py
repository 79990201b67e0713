"""Worker processes of a simulation, of which one runs at a time, and each until it is told to stop.

Between any two steps of a process the others may do anything, time may pass, and it may die: each
call of its store is a place where that happens, before the call and after it.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from orchestrator.state.errors import StoreUnavailableError
from watched_storage import Died, Moment, Watch

PATIENCE_SECONDS = 60


class Process:
    """Work in a thread that only ever runs between `resume` and its return."""

    def __init__(self, work: Callable[["Process"], None]) -> None:
        self.is_over = False
        self.error: BaseException | None = None
        self._work = work
        self._is_killed = False
        self._steps = 0
        self._go = threading.Semaphore(0)
        self._has_paused = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def resume(self, steps: int) -> None:
        """Let it go on for that many steps, or to its end; raises what went wrong in it."""
        if self.is_over:
            return
        self._steps = steps
        self._go.release()
        assert self._has_paused.acquire(timeout=PATIENCE_SECONDS), "a process is stuck"
        if self.error is not None:
            raise self.error

    def finish(self) -> None:
        while not self.is_over:
            self.resume(1_000)

    def kill(self) -> None:
        """It does nothing more."""
        self._is_killed = True
        self.finish()

    def step(self) -> None:
        """In the process: a place where it may pause, or die."""
        if self._is_killed:
            raise Died
        self._steps -= 1
        if self._steps > 0:
            return
        self._has_paused.release()
        self._go.acquire()
        if self._is_killed:
            raise Died

    def _run(self) -> None:
        self._go.acquire()
        try:
            self._work(self)
        except Died:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by resume
            self.error = error
        self.is_over = True
        self._has_paused.release()


@dataclass(slots=True)
class StepAtEachCall(Watch):
    """Makes each call of a store two steps of a process, and fails a share of the calls."""

    process: Process | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    share: float = 0.0

    def at(self, moment: Moment, call: str) -> None:
        assert self.process
        self.process.step()
        if self.chance.random() < self.share / 2:
            raise StoreUnavailableError(f"{call} was throttled")
