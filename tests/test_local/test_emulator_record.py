"""The note of the emulator's process."""

import os
from pathlib import Path

import psutil

from local.emulator_record import EmulatorRecord, find_process, recorded_process, write_record


def test_another_program_is_not_the_emulator(tmp_path: Path) -> None:
    """A process that runs something else is not the emulator, whenever it began."""
    record = EmulatorRecord(os.getpid(), psutil.Process().create_time(), 4566)
    write_record(tmp_path / "note", record)

    assert find_process(record) is None
    assert recorded_process(tmp_path / "note") is None


def test_without_a_note_there_is_no_process(tmp_path: Path) -> None:
    """Where nothing is noted, nothing runs."""
    assert recorded_process(tmp_path / "note") is None
