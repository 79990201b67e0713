"""The note of which process the emulator is."""

from pathlib import Path

import psutil

from local.process_record import ProcessRecord, find_process_of, read_record, write_record

__all__ = [
    "MODULE",
    "EmulatorRecord",
    "find_process",
    "read_record",
    "recorded_process",
    "write_record",
]

MODULE = "ministack"
EmulatorRecord = ProcessRecord


def find_process(record: EmulatorRecord) -> psutil.Process | None:
    """The emulator's process, or None if it has ended, whoever may have its id now."""
    return find_process_of(record, module=MODULE)


def recorded_process(path: Path) -> psutil.Process | None:
    """The process of the note at `path`, if both are there."""
    record = read_record(path)
    return None if record is None else find_process(record)
