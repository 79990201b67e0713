"""The note of a process in the background, safe against a process id that was given away."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

# The start time is computed from the time of boot, which moves when the clock is set.
_START_TOLERANCE_SECONDS = 5.0
_Note = TypeVar("_Note")


@dataclass(frozen=True, slots=True)
class ProcessNote:
    """A process by its id and start time."""

    pid: int
    started_at: float

    @classmethod
    def of(cls, process: psutil.Process) -> "ProcessNote":
        return ProcessNote(process.pid, process.create_time())


@dataclass(frozen=True, slots=True)
class ProcessRecord(ProcessNote):
    """The same, and the port it was told to listen on."""

    port: int


def write_record(path: Path, record: ProcessNote) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(record)))
    fresh.replace(path)


def read_note(path: Path) -> ProcessNote | None:
    """The note, or None if there is none that can be understood."""
    return _read(path, lambda told: ProcessNote(int(told["pid"]), float(told["started_at"])))


def read_record(path: Path) -> ProcessRecord | None:
    """The note with a port, or None if there is none that can be understood."""
    return _read(
        path,
        lambda told: ProcessRecord(
            pid=int(told["pid"]), started_at=float(told["started_at"]), port=int(told["port"])
        ),
    )


def _read(path: Path, understand: Callable[[Any], _Note]) -> _Note | None:
    try:
        return understand(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_process_of(record: ProcessNote, *, module: str) -> psutil.Process | None:
    """The process, which runs `module`, or None if it has ended, whoever may have its id now."""
    try:
        process = psutil.Process(record.pid)
        command = process.cmdline()
        is_it = (
            process.status() != psutil.STATUS_ZOMBIE
            and abs(process.create_time() - record.started_at) < _START_TOLERANCE_SECONDS
            # For a moment at its start, when the shell becomes the command, it has none.
            and (module in command or not command)
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError, OverflowError):
        return None
    return process if is_it else None
