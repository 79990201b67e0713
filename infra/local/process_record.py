"""The note of a process in the background, safe against a process id that was given away."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

# The start time is computed from the time of boot, which moves when the clock is set.
_START_TOLERANCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process by its id and start time, and the port it was told to listen on."""

    pid: int
    started_at: float
    port: int


def write_record(path: Path, record: ProcessRecord) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(record)))
    fresh.replace(path)


def read_record(path: Path) -> ProcessRecord | None:
    """The note, or None if there is none that can be understood."""
    try:
        fields = json.loads(path.read_text())
        return ProcessRecord(
            pid=int(fields["pid"]), started_at=float(fields["started_at"]), port=int(fields["port"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_process_of(record: ProcessRecord, *, module: str) -> psutil.Process | None:
    """The process, which runs `module`, or None if it has ended, whoever may have its id now."""
    try:
        process = psutil.Process(record.pid)
        is_it = (
            process.status() != psutil.STATUS_ZOMBIE
            and abs(process.create_time() - record.started_at) < _START_TOLERANCE_SECONDS
            and module in process.cmdline()
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError, OverflowError):
        return None
    return process if is_it else None
