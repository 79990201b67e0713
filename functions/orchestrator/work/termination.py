"""What a worker does when it is told to end in the middle of a slice: it stops its engine."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def on_termination(act: Callable[[], None]) -> Iterator[None]:
    """Call `act`, which must not lock anything, if a SIGTERM arrives before the block ends.

    Only a process's main thread may listen to signals; in another one the block just runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler_before = signal.signal(signal.SIGTERM, lambda _number, _frame: act())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler_before)
