"""Files that are whole and durable when a write returns, and one writer at a time."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from hoist.durable_files import sync, sync_folder
from hoist.secrets.errors import SecretStoreUnavailableError


class WriteStep(Enum):
    """Where a process may die: after each of these."""

    FOLDER_MADE = auto()
    LOCKED = auto()
    DRAFT_WRITTEN = auto()
    DRAFT_SYNCED = auto()
    REPLACED = auto()
    REMOVED = auto()
    FOLDER_SYNCED = auto()


def carry_on(step: WriteStep) -> None:
    """What happens between the steps of a write outside of tests: nothing."""


class Disk:
    """Reads and writes below `root`: files 0600, folders 0700."""

    def __init__(self, root: Path, *, on_step: Callable[[WriteStep], None] = carry_on) -> None:
        self._root = root
        self._on_step = on_step
        self._durable_folders: set[Path] = set()

    def read(self, path: Path) -> bytes | None:
        """The whole file; None when there is none."""
        with disk_errors(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock of the directory; the kernel frees it when the process dies.

        The lock belongs to the open file, and each call opens its own: threads exclude each other.
        """
        path = self._root / "lock"
        with disk_errors(path):
            self._make_folder(self._root)
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with disk_errors(path):
                fcntl.flock(lock, fcntl.LOCK_EX)
            self._on_step(WriteStep.LOCKED)
            yield
        finally:
            os.close(lock)

    def replace(self, path: Path, content: bytes) -> None:
        """Create or replace the file: after a crash it is the old one or the new one.

        For the holder of the lock: what a killed one left as draft is overwritten by the next.
        """
        draft = self._root / "draft"
        with disk_errors(path):
            self._make_folder(path.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                self._on_step(WriteStep.DRAFT_WRITTEN)
                sync(file.fileno())
            self._on_step(WriteStep.DRAFT_SYNCED)
            draft.replace(path)
            self._on_step(WriteStep.REPLACED)
            sync_folder(path.parent)
            self._on_step(WriteStep.FOLDER_SYNCED)

    def remove(self, path: Path) -> None:
        """Delete the file, if there is one."""
        with disk_errors(path):
            path.unlink(missing_ok=True)
            self._on_step(WriteStep.REMOVED)
            sync_folder(path.parent)
            self._on_step(WriteStep.FOLDER_SYNCED)

    def _make_folder(self, folder: Path) -> None:
        # Another process may have made it and died before its fsync: each process does its own.
        if folder in self._durable_folders and folder.is_dir():
            return
        folder.mkdir(mode=0o700, parents=folder == self._root, exist_ok=True)
        sync_folder(folder.parent)
        self._durable_folders.add(folder)
        self._on_step(WriteStep.FOLDER_MADE)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """The one place where the file system's errors become ours."""
    try:
        yield
    except OSError as error:
        raise SecretStoreUnavailableError(
            f"The file system failed at {path}: {error.strerror}.",
            way_out="Check the free space, and that this user may read and write the directory.",
        ) from error
