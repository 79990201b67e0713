"""Locks between threads and processes, as a fixed number of files."""

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.state.stores.directory_disk import Disk

# Names share the files: lock names come and go (Pulumi's own lock objects are random), files stay.
_STRIPES = 64


class FileLocks:
    """Exclusive locks by name; the kernel frees them when their process dies.

    Two names may share a lock, so nobody holds two at a time.
    """

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    @contextmanager
    def exclusive(self, name: str) -> Iterator[Path]:
        """Hold the lock; gives a path for a temporary file that only its holder uses.

        What a killed holder left at that path is overwritten by the next: no litter grows.
        """
        self._disk.make_folder(self._folder)
        stripe = zlib.crc32(name.encode()) % _STRIPES
        # flock belongs to the open file, and each call opens its own: threads exclude each other.
        lock = os.open(self._folder / f"{stripe:02}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._folder / f"{stripe:02}.tmp"
        finally:
            os.close(lock)
