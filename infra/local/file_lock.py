"""One process at a time, held by the operating system: a killed holder leaves no lock behind."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local.progress import Progress


@contextmanager
def exclusive_lock(path: Path, *, waiting: str, progress: Progress) -> Iterator[None]:
    """Hold the lock for the block; while another process holds it, wait and show `waiting`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        if not _lock_at_once(handle):
            with progress.task(waiting):
                fcntl.flock(handle, fcntl.LOCK_EX)
        # Closing the handle lets go. The file stays: removing it would let two in at once.
        yield


def _lock_at_once(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
