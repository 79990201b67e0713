"""Several processes on one directory, and processes that die in the middle of a write."""

import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

import store_process
from orchestrator.state.storage import Storage
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.directory_disk import WriteStep
from store_process import KINDS_OF_WORK, LOG, OBJECT, RECORD

pytestmark = pytest.mark.thorough

PROCESSES = 4
REPETITIONS = 15
REPLACING = [
    WriteStep.TEMPORARY_WRITTEN,
    WriteStep.TEMPORARY_SYNCED,
    WriteStep.RENAMED,
    WriteStep.FOLDER_SYNCED,
]


def start(root: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, store_process.__file__, str(root), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def acknowledged(process: "subprocess.Popen[str]") -> list[int]:
    """Let it work, wait for its end, and give the numbers that it printed."""
    answer, _ = process.communicate("go\n")
    ready, *numbers = answer.split()
    assert ready == "ready"
    return [int(number) for number in numbers]


def state_of(storage: Storage, kind: str) -> int:
    """How many times the work was done, as the store has it."""
    if kind == "append":
        return len(storage.log.read(LOG))
    if kind == "count_in_record":
        record = storage.records.get(RECORD)
        return int(record.value["count"]) if record else 0
    stored = storage.objects.get(OBJECT)
    return int(stored.body) if stored else 0


@pytest.mark.parametrize("kind", KINDS_OF_WORK)
def test_processes_exclude_each_other(tmp_path: Path, kind: str) -> None:
    """No number is given twice and none is lost when processes compete for each of them."""
    with ExitStack() as stack:
        processes = [
            stack.enter_context(start(tmp_path, kind, str(REPETITIONS))) for _ in range(PROCESSES)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        numbers = [int(line) for process in processes for line in _lines_after_ready(process)]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sorted(numbers) == list(range(1, PROCESSES * REPETITIONS + 1))
    assert state_of(directory_storage(tmp_path), kind) == PROCESSES * REPETITIONS


@pytest.mark.parametrize("occurrence", [1, 2, 7])
@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("append", WriteStep.FRAME_WRITTEN),
        ("append", WriteStep.FRAME_SYNCED),
        *((kind, step) for kind in ("count_in_record", "count_in_object") for step in REPLACING),
    ],
)
def test_a_killed_writer_loses_nothing(
    tmp_path: Path, kind: str, step: WriteStep, occurrence: int
) -> None:
    """Wherever SIGKILL hits, all that was acknowledged is there, and the next writer goes on."""
    process = start(tmp_path, kind, "20", step.name, str(occurrence))

    numbers = acknowledged(process)

    assert process.returncode == -signal.SIGKILL
    assert numbers == list(range(1, len(numbers) + 1))
    present = state_of(directory_storage(tmp_path), kind)
    # The write that it died in may be there as well: its answer was lost.
    assert present in (len(numbers), len(numbers) + 1)
    assert acknowledged(start(tmp_path, kind, "2")) == [present + 1, present + 2]


@pytest.mark.parametrize("step", REPLACING)
def test_a_log_begins_whole_or_not_at_all(tmp_path: Path, step: WriteStep) -> None:
    """A writer that dies while it makes the file leaves no half of one."""
    assert acknowledged(start(tmp_path, "append", "1", step.name, "1")) == []

    present = state_of(directory_storage(tmp_path), "append")
    assert present in (0, 1)
    assert acknowledged(start(tmp_path, "append", "2")) == [present + 1, present + 2]


def test_killed_writers_leave_no_litter(tmp_path: Path) -> None:
    """What they were writing is overwritten by the next writer, not collected."""
    for _ in range(3):
        acknowledged(start(tmp_path, "count_in_record", "1", WriteStep.TEMPORARY_SYNCED.name, "1"))
    assert len(list(tmp_path.rglob("*.tmp"))) == 1

    acknowledged(start(tmp_path, "count_in_record", "1"))

    assert list(tmp_path.rglob("*.tmp")) == []


def _lines_after_ready(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    ready, *lines = process.stdout.read().split()
    assert ready == "ready"
    return lines
