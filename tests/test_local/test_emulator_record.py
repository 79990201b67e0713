"""The note of the emulator's process."""

import os
from pathlib import Path

import psutil
import pytest

from local.emulator_record import (
    EmulatorRecord,
    find_process,
    read_record,
    recorded_process,
    write_record,
)


def test_a_written_note_is_read_again(tmp_path: Path) -> None:
    """The note comes back as it was written, and nothing else is left beside it."""
    record = EmulatorRecord(pid=1234, started_at=1700000000.25, port=4566)

    write_record(tmp_path / "note", record)

    assert read_record(tmp_path / "note") == record
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"pid": 1}', '{"pid": "x"}'])
def test_a_damaged_note_counts_as_none(tmp_path: Path, text: str) -> None:
    """A note that cannot be understood is no note."""
    (tmp_path / "note").write_text(text)

    assert read_record(tmp_path / "note") is None
    assert recorded_process(tmp_path / "note") is None


def test_no_note(tmp_path: Path) -> None:
    """Without a file there is no note."""
    assert read_record(tmp_path / "note") is None


def test_another_start_time_is_another_process() -> None:
    """A process that got the id later is not the emulator."""
    started_at = psutil.Process().create_time()

    assert find_process(EmulatorRecord(os.getpid(), started_at - 3600, 4566)) is None


def test_another_program_is_not_the_emulator() -> None:
    """A process that runs something else is not the emulator, whenever it began."""
    started_at = psutil.Process().create_time()

    assert find_process(EmulatorRecord(os.getpid(), started_at, 4566)) is None


@pytest.mark.parametrize("pid", [-1, 2**22 + 1, 2**70])
def test_a_process_that_is_gone(pid: int) -> None:
    """An id that nobody has, or that is none, is nobody."""
    assert find_process(EmulatorRecord(pid, 1.0, 4566)) is None
