"""Ctrl-C while the engine runs: the first stops it gently, the next at once.

The engine finishes what is in flight after a gentle stop. After a stop at once it abandons that:
its state stays known, but a create among it becomes a pending create.
"""

import math
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hoist.clock import Clock
from orchestrator.engine.deadline import Deadline, StopPolicy

# SIGTERM is what a build server or a supervisor sends.
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Turns requests to stop into what a runner understands: `cancel` and `deadline`."""

    def __init__(self, *, clock: Clock, tell: Callable[[bool], None]) -> None:
        """`tell` is told of each request, and whether it is an urgent one."""
        self.cancel = threading.Event()
        self.deadline = Deadline(math.inf)
        self._clock = clock
        self._tell = tell

    def request(self) -> None:
        """Ask the engine to stop; asked again, it has to do so at once."""
        is_urgent = self.cancel.is_set()
        if is_urgent:
            # The engine is interrupted again `kill_after_seconds` ahead of being killed.
            patience = StopPolicy().kill_after_seconds + self.deadline.reserve_seconds
            ends_at = self._clock.monotonic() + patience
            self.deadline.ends_at = min(self.deadline.ends_at, ends_at)
        self.cancel.set()
        self._tell(is_urgent)


@contextmanager
def on_interrupt(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` for each SIGINT and SIGTERM, in a thread of its own, until the block ends.

    A signal may interrupt this thread while it holds a lock that `act` needs; a SimpleQueue is
    made to be put into even then. To be entered in the main thread.
    """
    requests: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def run() -> None:
        while requests.get():
            act()

    def note(signal_number: int, frame: FrameType | None) -> None:
        requests.put(True)

    thread = threading.Thread(target=run, name="interrupts", daemon=True)
    thread.start()
    before = {number: signal.signal(number, note) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        requests.put(False)
        thread.join()
