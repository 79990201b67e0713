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


def replace_private_file(path: Path, content: bytes) -> None:
    """Write it, for nobody else's eyes and durably: as a whole, in place of what is there, or not
    at all. Makes the folder if need be. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        _write_private(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_private(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
        opened.flush()
        sync(opened.fileno())
