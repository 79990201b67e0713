"""Processes that outlive who started them, with shell scripts in their place."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from awaited_lines import await_lines
from local.background_process import (
    descendants,
    end_processes,
    keep_last_log,
    spawn_in_background,
)

# The shell's own words only, so that the script is the one process to look at.
FOREVER = "exec /usr/bin/tail -f /dev/null"

Spawn = Callable[[str], psutil.Process]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def spawn_script(tmp_path: Path, log: Path) -> Iterator[Spawn]:
    """Starts a script in the background; ended with the test."""
    started: list[psutil.Process] = []

    def start(script: str) -> psutil.Process:
        command = ["/bin/sh", "-c", script]
        process = spawn_in_background(
            command, directory=tmp_path, environment={"ONLY": "this"}, log=log
        )
        started.append(process)
        return process

    yield start
    for process in started:
        end_processes([*descendants(process), process], timeout_seconds=0)


def test_it_sees_what_it_was_given(spawn_script: Spawn, log: Path, tmp_path: Path) -> None:
    """Its directory is the one that was named, and its environment holds nothing else."""
    spawn_script('pwd; echo "only $ONLY"; echo "home $HOME"; echo "path ${PATH#/}" >&2')

    lines = await_lines(log, 4)
    assert lines[:3] == [str(tmp_path), "only this", "home "]
    assert str(Path.home()) not in lines[3]


def test_it_outlives_its_starter(spawn_script: Spawn) -> None:
    """It leads a session of its own, which no terminal's hang-up or Ctrl-C reaches."""
    process = spawn_script(FOREVER)

    assert os.getsid(process.pid) == process.pid


def test_it_holds_none_of_its_starters_files(spawn_script: Spawn, log: Path) -> None:
    """Whoever reads a pipe of the starter's sees its end while the process runs."""
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)

    spawn_script(f"echo ready; {FOREVER}")
    os.close(writer)
    await_lines(log, 1)

    with open(reader, "rb") as pipe:
        assert pipe.read() == b""


def test_the_log_of_the_last_start_is_kept(tmp_path: Path) -> None:
    """The log makes room for a new one and is kept; where there is none nothing happens."""
    log, previous = tmp_path / "log", tmp_path / "previous"
    keep_last_log(log, previous)
    assert not previous.exists()

    log.write_text("first")
    keep_last_log(log, previous)

    assert (log.exists(), previous.read_text()) == (False, "first")


def test_it_ends_when_asked(spawn_script: Spawn, log: Path) -> None:
    """A process that listens is asked, and asking is enough."""
    process = spawn_script("trap 'echo bye; exit' TERM; echo ready; while :; do read x; done")
    await_lines(log, 1)

    assert end_processes([process], timeout_seconds=30)
    assert log.read_text() == "ready\nbye\n"


def test_it_is_made_to_end(spawn_script: Spawn, log: Path) -> None:
    """A process that does not listen is killed, and that is told."""
    process = spawn_script("trap '' TERM; echo ready; while :; do /bin/sleep 1; done")
    await_lines(log, 1)

    assert not end_processes([process], timeout_seconds=0.05)
    assert not process.is_running()


def test_what_it_left_running_is_known(spawn_script: Spawn, log: Path) -> None:
    """Processes that it started are found; of one that has gone there are none."""
    process = spawn_script(f"( {FOREVER} ) & echo $!; wait")
    [child] = map(int, await_lines(log, 1))

    assert [found.pid for found in descendants(process)] == [child]
    end_processes([psutil.Process(child), process], timeout_seconds=30)
    assert descendants(process) == []
