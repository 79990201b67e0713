"""Makes what was written to a file, or changed in a folder, survive a loss of power."""

import fcntl
import os
from pathlib import Path

# On macOS a plain fsync stops at the drive's cache; this one does not.
_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)


def sync(file: int) -> None:
    """Return when the open file's content is on the disk. Raises OSError."""
    if _FULL_SYNC is None:
        os.fsync(file)
        return
    try:
        fcntl.fcntl(file, _FULL_SYNC)
    except OSError:
        # Not every file system has it; where plain fsync fails as well, that error counts.
        os.fsync(file)


def sync_folder(folder: Path) -> None:
    """Return when the names in the folder are on the disk. Raises OSError."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(opened)
    finally:
        os.close(opened)
