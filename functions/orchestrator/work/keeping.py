"""Keeps a vigil in a thread of its own, from the start of a slice to its end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from orchestrator.work.stop import Stop, StopReason
from orchestrator.work.vigil import Vigil

# A call to a store that hangs ends by its own timeouts; the end of a slice has no time for that.
PATIENCE_SECONDS = 5.0

Wake = Callable[[], None]
"""Makes the keeper look at once."""
Keep = Callable[[Vigil, Stop], AbstractContextManager[Wake]]
"""Has somebody call the vigil's `look` in time, until the block ends."""


@contextmanager
def keep_in_thread(vigil: Vigil, stop: Stop) -> Iterator[Wake]:
    """As promised above. What the vigil raises stops the engine, and is raised at the end."""
    is_over = threading.Event()
    wake = threading.Event()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            while not is_over.is_set():
                wake.wait(vigil.look())
                wake.clear()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the slice's thread
            errors.append(error)
            # Nobody would renew the lease.
            stop.ask(StopReason.LEASE_OVER)

    thread = threading.Thread(target=run, name="vigil", daemon=True)
    thread.start()
    try:
        yield wake.set
    finally:
        is_over.set()
        wake.set()
        thread.join(PATIENCE_SECONDS)
    if errors:
        raise errors[0]
