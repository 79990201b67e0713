"""The lock between processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.file_lock import exclusive_lock
from recording_progress import RecordingProgress

HOLD = """\
import fcntl, sys
handle = open(sys.argv[1], "a")
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path) -> None:
    """Nobody waits for a free lock, and its directory is made."""
    progress = RecordingProgress()

    with exclusive_lock(tmp_path / "new" / "lock", waiting="waiting", progress=progress):
        pass

    assert progress.tasks == {}


def test_an_exception_lets_go(tmp_path: Path) -> None:
    """After an exception in the block the lock is free again."""
    progress = RecordingProgress()
    with (
        pytest.raises(KeyError),
        exclusive_lock(tmp_path / "lock", waiting="waiting", progress=progress),
    ):
        raise KeyError

    with exclusive_lock(tmp_path / "lock", waiting="waiting", progress=progress):
        assert progress.tasks == {}


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    """A lock whose holder was killed is taken at once."""
    path, progress = tmp_path / "lock", RecordingProgress()
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()

    with exclusive_lock(path, waiting="waiting", progress=progress):
        assert progress.tasks == {}
