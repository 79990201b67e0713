"""Tells the directories of runs that go on from those whose process was killed.

A run holds a lock on its directory, which the kernel releases with its process. What nobody holds
is nobody's: it may have credentials in it, and goes.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "run-"


@contextmanager
def held_directory(parent: Path) -> Iterator[Path]:
    """A fresh directory that only this user can look into, removed at the end of the block."""
    path, descriptor = _made_and_locked(parent)
    try:
        yield path
    finally:
        _remove(path)
        os.close(descriptor)


def remove_abandoned(parent: Path) -> None:
    """Remove the directories of runs that are no more."""
    for path in parent.glob(f"{PREFIX}*"):
        # Gone already, or not ours to remove.
        with suppress(OSError):
            _remove_if_abandoned(path)


def _made_and_locked(parent: Path) -> tuple[Path, int]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Between the two lines above it could be taken for an abandoned one.
        if path.exists():
            return path, descriptor
        os.close(descriptor)


def _remove_if_abandoned(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    """Remove the directory; folders that a program closed to its own user are opened for it."""
    shutil.rmtree(path, ignore_errors=True)
    if path.is_symlink() or not path.exists():
        return
    with suppress(OSError):
        path.chmod(0o700)
        for folder, names, _files in os.walk(path):
            # chmod would follow a link, out of the directory.
            for inner in (Path(folder, name) for name in names):
                if not inner.is_symlink():
                    inner.chmod(0o700)
    shutil.rmtree(path, ignore_errors=True)
