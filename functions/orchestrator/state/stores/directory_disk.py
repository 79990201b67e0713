"""File operations that are durable when they return, and what their failures mean."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from pathlib import Path

from hoist.durable_files import sync, sync_folder
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.stores.errors import RefusedKeyError, StoreAccessError


class WriteStep(Enum):
    """Where a process may die: after each of these, in this order."""

    TEMPORARY_WRITTEN = auto()
    TEMPORARY_SYNCED = auto()
    RENAMED = auto()
    FOLDER_SYNCED = auto()
    FRAME_WRITTEN = auto()
    FRAME_SYNCED = auto()
    REMOVED = auto()


def carry_on(step: WriteStep) -> None:
    """What happens between the steps of a write outside of tests: nothing."""


class Disk:
    """Reads and durable writes below `root`: files 0600, folders 0700."""

    def __init__(self, root: Path, *, on_step: Callable[[WriteStep], None] = carry_on) -> None:
        self._root = root
        self._on_step = on_step
        self._durable_folders: set[Path] = set()

    def read(self, path: Path) -> bytes | None:
        """The whole file; None when there is no such file."""
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def make_folder(self, folder: Path) -> None:
        """Make the folder and those above it, up to `root`, so that they survive a crash."""
        # Another process may have made it and died before its fsync: each process does its own.
        if folder in self._durable_folders and folder.is_dir():
            return
        if folder == self._root:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            self.make_folder(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
        self._durable_folders.add(folder)

    def replace(self, path: Path, body: bytes, *, temporary: Path) -> None:
        """Create or replace the file: after a crash it is the old one or the new one."""
        self.make_folder(path.parent)
        with _opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as file:
            _write_at(file, body, 0)
            self._on_step(WriteStep.TEMPORARY_WRITTEN)
            sync(file)
        self._on_step(WriteStep.TEMPORARY_SYNCED)
        temporary.replace(path)
        self._on_step(WriteStep.RENAMED)
        sync_folder(path.parent)
        self._on_step(WriteStep.FOLDER_SYNCED)

    def append(self, path: Path, frame: bytes, *, end: int) -> None:
        """Write `frame` at `end`, the end of the file. When that fails the file ends there again.

        After a failed fsync the kernel may count the pages as clean though they are not on disk:
        a frame that is still readable must not be taken for a durable one, so it is cut off.
        """
        with _opened(path, os.O_WRONLY) as file:
            try:
                _write_at(file, frame, end)
                self._on_step(WriteStep.FRAME_WRITTEN)
                sync(file)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(file, end)
                raise
        self._on_step(WriteStep.FRAME_SYNCED)

    def settle(self, path: Path, *, end: int) -> None:
        """Cut the file at `end` and make what is before it durable."""
        with _opened(path, os.O_WRONLY) as file:
            if os.fstat(file).st_size != end:
                os.ftruncate(file, end)
            sync(file)

    def remove(self, path: Path) -> None:
        """Delete the file; does nothing when there is none."""
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return
        self._on_step(WriteStep.REMOVED)
        sync_folder(path.parent)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """The one place where the file system's errors become ours."""
    try:
        yield
    except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        raise RefusedKeyError(
            f"{path} cannot be written: a file stands where a folder is needed, or the reverse.",
            way_out="Use another name, or move the file that is in the way.",
        ) from error
    except PermissionError as error:
        raise StoreAccessError(
            f"The file system does not let this user read or write {path}.",
            way_out="Give the user of this process read and write access to the state folder.",
        ) from error
    except OSError as error:
        raise StoreUnavailableError(
            f"The file system failed at {path}.",
            way_out="Check free space and the disk, then try again.",
        ) from error


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _write_at(file: int, body: bytes, offset: int) -> None:
    view = memoryview(body)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written
