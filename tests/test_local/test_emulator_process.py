"""Starting and stopping a process as the emulator is, with shell scripts in its place."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from awaited_lines import await_lines
from hoist.clock import FixedClock, SystemClock
from local.emulator_health import free_port
from local.emulator_launch import launch
from local.emulator_layout import EmulatorLayout
from local.emulator_process import kill, spawn, stop
from local.errors import EmulatorNotStartedError
from local_installation import made_up_settings, write_program

pytestmark = pytest.mark.thorough

# The shell's own words only, so that the script is the one process to look at.
FOREVER = "exec /usr/bin/tail -f /dev/null"

Spawn = Callable[[str], psutil.Process]


@pytest.fixture
def layout(tmp_path: Path) -> EmulatorLayout:
    return EmulatorLayout(tmp_path / "emulator")


@pytest.fixture
def spawn_script(tmp_path: Path, layout: EmulatorLayout) -> Iterator[Spawn]:
    """Starts a script in the emulator's place; ended with the test."""
    started: list[psutil.Process] = []

    def start(script: str) -> psutil.Process:
        python = write_program(tmp_path / "python", script)
        settings = made_up_settings(tmp_path)
        process = spawn(python, layout, port=4566, settings=settings, keeps_state=True)
        started.append(process)
        return process

    yield start
    for process in started:
        kill(process)


def test_its_environment_is_a_short_list(spawn_script: Spawn, layout: EmulatorLayout) -> None:
    """It sees PATH and its own settings, is bound to loopback, and keeps all in its directory."""
    spawn_script("/usr/bin/env; echo end")

    lines = await_lines(layout.log, 19)
    seen = dict(line.partition("=")[::2] for line in lines)
    own = {"PWD", "OLDPWD", "SHLVL", "_", "end"}
    assert set(seen) - own == {
        *("PATH", "HOME", "TMPDIR", "LANG", "LOG_LEVEL", "AWS_ENDPOINT_URL"),
        *("BIND_HOST", "MINISTACK_HOST", "GATEWAY_PORT", "MINISTACK_REGION"),
        *("MINISTACK_ACCOUNT_ID", "IOT_MTLS_ENABLED", "PERSIST_STATE", "STATE_DIR"),
        *("S3_PERSIST", "S3_DATA_DIR", "POWERTOOLS_LOG_LEVEL"),
    }
    assert (seen["BIND_HOST"], seen["GATEWAY_PORT"]) == ("127.0.0.1", "4566")
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    for name in ("HOME", "TMPDIR", "STATE_DIR", "S3_DATA_DIR", "PWD"):
        assert Path(seen[name]).is_relative_to(layout.directory)


def test_the_last_log_is_kept(spawn_script: Spawn, layout: EmulatorLayout) -> None:
    """A new start begins a new log and keeps the one before."""
    spawn_script("echo first")
    await_lines(layout.log, 1)

    spawn_script("echo second")

    assert await_lines(layout.log, 1) == ["second"]
    assert layout.previous_log.read_text() == "first\n"


def test_it_is_asked_to_stop(spawn_script: Spawn, layout: EmulatorLayout) -> None:
    """One that goes when asked could save its state."""
    process = spawn_script("trap 'echo saved; exit' TERM; echo ready; while :; do read x; done")
    await_lines(layout.log, 1)

    assert stop(process)
    assert layout.log.read_text() == "ready\nsaved\n"


def test_one_that_does_not_listen_is_killed(spawn_script: Spawn, layout: EmulatorLayout) -> None:
    """One that ignores the request is ended all the same, and that is told."""
    process = spawn_script("trap '' TERM; echo ready; while :; do /bin/sleep 1; done")
    await_lines(layout.log, 1)

    assert not stop(process, timeout_seconds=0.05)
    assert not process.is_running()


@pytest.mark.parametrize("polite", ["", "trap '' TERM;"])
def test_its_functions_end_with_it(
    spawn_script: Spawn, layout: EmulatorLayout, polite: str
) -> None:
    """What it left running is ended, whether it listens or not."""
    function = f"{polite} while :; do /bin/sleep 1; done"
    process = spawn_script(f"( {function} ) & echo $!; wait")
    left = psutil.Process(int(await_lines(layout.log, 1)[0]))

    stop(process)

    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_stopping_one_that_has_gone(spawn_script: Spawn) -> None:
    """A process that ended meanwhile is no trouble."""
    process = spawn_script("exit 0")
    process.wait()

    assert stop(process)


def test_one_that_ends_at_its_start_shows_its_log(tmp_path: Path, layout: EmulatorLayout) -> None:
    """The error holds the last lines of the log and names it; no note of a process is left."""
    python = write_program(tmp_path / "python", "echo address already in use; exit 1")

    with pytest.raises(EmulatorNotStartedError, match="address already in use") as caught:
        launch(
            python,
            layout,
            port=free_port(),
            settings=made_up_settings(tmp_path),
            keeps_state=True,
            clock=SystemClock(),
        )

    assert "ended at its start" in caught.value.message
    assert str(layout.log) in caught.value.way_out
    assert not layout.record.exists()


def test_one_that_never_answers_is_given_up(tmp_path: Path, layout: EmulatorLayout) -> None:
    """After the time for a start it is ended, and the error says that it did not answer."""
    python = write_program(tmp_path / "python", f"echo $$ > {tmp_path}/pid; {FOREVER}")

    with pytest.raises(EmulatorNotStartedError, match="did not answer in time"):
        launch(
            python,
            layout,
            port=free_port(),
            settings=made_up_settings(tmp_path),
            keeps_state=True,
            clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC)),
        )

    assert not layout.record.exists()
    started = (tmp_path / "pid").read_text().split() if (tmp_path / "pid").exists() else []
    assert not any(psutil.pid_exists(int(pid)) for pid in started)
