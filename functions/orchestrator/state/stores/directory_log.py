"""Logs as append-only files: a frame per slot, fsync before the answer."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.conflicts import check_slot_is_next, slot_taken
from orchestrator.state.stores.directory_disk import Disk, disk_errors
from orchestrator.state.stores.directory_frames import (
    FILE_HEADER,
    Frames,
    encode_frame,
    parse_frames,
)
from orchestrator.state.stores.directory_locks import FileLocks
from orchestrator.state.stores.directory_names import file_name
from orchestrator.state.stores.documents import corrupt
from orchestrator.state.stores.keys import check_log_id
from orchestrator.state.stores.log_records import check_appended


@dataclass(frozen=True, slots=True)
class _LogEnd:
    """Where a log ended when this process saw it last; inode and size tell if that still holds."""

    inode: int
    size: int
    last_slot: int


_NO_LOG = _LogEnd(inode=0, size=0, last_slot=0)


class DirectoryLog:
    """Logs below `folder`, one file each.

    A dropped log leaves an empty file behind: its slots stay taken, or a writer that slept through
    the end of its update could begin the log again and be told that its entries are safe.
    """

    def __init__(self, folder: Path, disk: Disk, locks: FileLocks) -> None:
        self._folder = folder
        self._disk = disk
        self._locks = locks
        self._ends: dict[str, _LogEnd] = {}

    def append(self, log_id: str, record: LogRecord) -> None:
        check_appended(log_id, record)
        path = self._path(log_id)
        with disk_errors(path), self._locks.exclusive(log_id) as temporary:
            if self._is_dropped(log_id):
                raise slot_taken(log_id, record.slot)
            end = self._end(log_id, path)
            check_slot_is_next(log_id, record.slot, last_slot=end.last_slot)
            # Forgotten until the write is done: after a failure the file has to be read again.
            self._ends.pop(log_id, None)
            frame = encode_frame(record)
            if end is _NO_LOG:
                self._disk.replace(path, FILE_HEADER + frame, temporary=temporary)
            else:
                self._disk.append(path, frame, end=end.size)
            self._remember(log_id, path, last_slot=record.slot)

    def read(self, log_id: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        check_log_id(log_id)
        path = self._path(log_id)
        with disk_errors(path), self._locks.exclusive(log_id):
            if self._is_dropped(log_id) or not path.exists():
                return ()
            frames = self._recover(log_id, path, _NO_LOG)
        return frames.records[after_slot:][: limit or None]

    def drop(self, log_id: str) -> None:
        check_log_id(log_id)
        path = self._path(log_id)
        with disk_errors(path), self._locks.exclusive(log_id) as temporary:
            if not path.exists():
                return
            # The mark first: a crash in between leaves a dropped log with a file to remove.
            self._disk.replace(self._dropped_mark(log_id), b"", temporary=temporary)
            self._disk.remove(path)
            self._ends.pop(log_id, None)

    def _end(self, log_id: str, path: Path) -> _LogEnd:
        """The log's end, from memory when the file is as this process left it."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return _NO_LOG
        known = self._ends.get(log_id, _NO_LOG)
        if (known.inode, known.size) == (found.st_ino, found.st_size):
            return known
        has_grown = known.inode == found.st_ino and known.size < found.st_size
        self._recover(log_id, path, known if has_grown else _NO_LOG)
        return self._ends[log_id]

    def _recover(self, log_id: str, path: Path, known: _LogEnd) -> Frames:
        """Read what is behind `known`, cut a torn tail off, and make the rest durable.

        A frame may be readable though its writer died before the fsync: whoever reads it first
        does that in its place.
        """
        start = known.size or len(FILE_HEADER)
        content = _read_from(path, known.size)
        if known is _NO_LOG:
            if not content.startswith(FILE_HEADER):
                raise corrupt(f"Log file {path}", "it does not begin like a log of this version")
            content = content[len(FILE_HEADER) :]
        source = f"Log file {path}"
        frames = parse_frames(content, after_slot=known.last_slot, source=source)
        self._disk.settle(path, end=start + frames.length)
        self._remember(log_id, path, last_slot=known.last_slot + len(frames.records))
        return frames

    def _remember(self, log_id: str, path: Path, *, last_slot: int) -> None:
        found = path.stat()
        self._ends[log_id] = _LogEnd(found.st_ino, found.st_size, last_slot)

    def _is_dropped(self, log_id: str) -> bool:
        return self._dropped_mark(log_id).exists()

    def _path(self, log_id: str) -> Path:
        return self._folder / f"{file_name(log_id)}.log"

    def _dropped_mark(self, log_id: str) -> Path:
        return self._folder / f"{file_name(log_id)}.dropped"


def _read_from(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset, os.SEEK_SET)
        return file.read()
