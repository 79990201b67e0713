"""The note of a process in the background."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.process_record import (
    ProcessNote,
    ProcessRecord,
    find_process_of,
    read_note,
    read_record,
    write_record,
)

MODULE = "some.module"


def test_a_written_note_is_read_again(tmp_path: Path) -> None:
    """The note comes back as it was written, and nothing else is left beside it."""
    record = ProcessRecord(pid=1234, started_at=1700000000.25, port=4566)

    write_record(tmp_path / "note", record)

    assert read_record(tmp_path / "note") == record
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


def test_a_note_without_a_port_is_no_record(tmp_path: Path) -> None:
    """A process that listens nowhere has a note of its own kind; one with a port is both."""
    note, record = ProcessNote(1234, 1700000000.25), ProcessRecord(1234, 1700000000.25, 4566)

    write_record(tmp_path / "note", note)
    write_record(tmp_path / "record", record)

    assert read_note(tmp_path / "note") == note
    assert read_record(tmp_path / "note") is None
    assert read_note(tmp_path / "record") == note


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"pid": 1}', '{"pid": "x"}'])
def test_a_damaged_note_counts_as_none(tmp_path: Path, text: str) -> None:
    """A note that cannot be understood is no note."""
    (tmp_path / "note").write_text(text)

    assert read_record(tmp_path / "note") is None
    assert read_note(tmp_path / "note") is None


def test_no_note(tmp_path: Path) -> None:
    """Without a file there is no note."""
    assert read_record(tmp_path / "note") is None
    assert read_note(tmp_path / "note") is None


def test_the_process_is_found_by_what_it_runs() -> None:
    """A process is the one of the note if id, start and module fit; once it has ended, none is."""
    script = "print('ready', flush=True); input()"
    command = [sys.executable, "-c", script, MODULE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        child.stdout.readline()
        started_at = psutil.Process(child.pid).create_time()
        record = ProcessRecord(child.pid, started_at, 4566)

        found = find_process_of(record, module=MODULE)
        assert found is not None
        assert found.pid == child.pid
        assert find_process_of(record, module="another") is None
        later = ProcessRecord(child.pid, started_at - 3600, 4566)
        assert find_process_of(later, module=MODULE) is None
        child.kill()

    assert find_process_of(record, module=MODULE) is None


def test_another_program_is_not_it() -> None:
    """A process that runs something else is not the one of the note, whenever it began."""
    record = ProcessRecord(os.getpid(), psutil.Process().create_time(), 4566)

    assert find_process_of(record, module=MODULE) is None


@pytest.mark.parametrize("pid", [-1, 2**22 + 1, 2**70])
def test_a_process_that_is_gone(pid: int) -> None:
    """An id that nobody has, or that is none, is nobody."""
    assert find_process_of(ProcessRecord(pid, 1.0, 4566), module=MODULE) is None
