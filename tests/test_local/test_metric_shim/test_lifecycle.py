"""The shim's process: up, down, killed, asked for twice, left alone."""

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hoist.clock import SystemClock
from local.emulator import start_emulator, stop_emulator
from local.emulator_health import has_ended
from local.emulator_process import kill
from local.emulator_status import RunningEmulator
from local.metric_shim.layout import ShimLayout
from local.metric_shim.lifecycle import start_shim, stop_shim
from local.metric_shim.status import ShimState, shim_status
from local.process_record import ProcessNote, write_record
from local.progress import SilentProgress
from local.provider.aws.clients import Clients
from local.provider.aws.settings import read_settings
from local.settings import LocalSettings
from running_hoist import eventually

pytestmark = pytest.mark.thorough


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LocalSettings]:
    """A local directory of the test's own; what runs in it is stopped at the end."""
    own = replace(LocalSettings.of_this_process(), directory=tmp_path / "local", port=None)
    yield own
    stop(own)
    stop_emulator(own, progress=SilentProgress())


def start(settings: LocalSettings) -> psutil.Process:
    return psutil.Process(start_shim(settings, progress=SilentProgress()))


def stop(settings: LocalSettings) -> bool:
    return stop_shim(settings, progress=SilentProgress())


def end(process: psutil.Process) -> None:
    """What `kill -9` does; the shim is this process's child here and stays as a zombie."""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def test_up_and_down(settings: LocalSettings) -> None:
    """Its process is known while it is up, and gone after `down`; stopping it again is fine."""
    process = start(settings)

    status = shim_status(settings)
    assert (status.state, status.pid) == (ShimState.RUNNING, process.pid)
    assert stop(settings)
    assert has_ended(process)
    assert shim_status(settings).state is ShimState.STOPPED
    assert not stop(settings)


def test_nothing_runs_where_nothing_was(settings: LocalSettings) -> None:
    """Asking about a local directory that is not there, or stopping in it, does not make it."""
    assert shim_status(settings).state is ShimState.STOPPED
    assert not stop(settings)
    assert not settings.directory.exists()


def test_it_sees_nothing_of_the_callers_environment(settings: LocalSettings) -> None:
    """Its environment is a short list, its home is its own, and it leads its own session."""
    process = start(settings)

    environment = eventually(process.environ, bool)
    assert set(environment) - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "HOME", "LANG"}
    assert Path(environment["HOME"]).is_relative_to(settings.directory)
    assert os.getsid(process.pid) == process.pid


def test_up_twice_is_one_shim(settings: LocalSettings) -> None:
    """The second time nothing is started, also when both come at once."""
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(start, [settings, settings])

    assert first == second == start(settings)


def test_a_killed_one_is_started_again(settings: LocalSettings) -> None:
    """After SIGKILL it counts as stopped, and goes up again with its last log kept."""
    before = start(settings)
    layout = ShimLayout(settings.directory)
    layout.log.write_text("the last words")
    end(before)

    assert shim_status(settings).state is ShimState.STOPPED
    assert start(settings) != before
    assert layout.previous_log.read_text() == "the last words"


def test_a_process_id_that_was_given_away_is_left_alone(settings: LocalSettings) -> None:
    """A stale note whose process id is now another program's neither hinders nor harms it."""
    settings.directory.mkdir()
    with subprocess.Popen(["/usr/bin/tail", "-f", "/dev/null"]) as bystander:
        try:
            write_record(ShimLayout(settings.directory).note, ProcessNote(bystander.pid, 1.0))

            assert not stop(settings)
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_one_that_nobody_noted_ends(settings: LocalSettings) -> None:
    """A shim whose starter died too early, or whose local directory was deleted, goes by itself."""
    orphan = start(settings)
    ShimLayout(settings.directory).note.unlink()

    eventually(lambda: has_ended(orphan), bool)


@pytest.mark.emulator
def test_it_works_beside_a_local_aws_that_is_restarted(settings: LocalSettings) -> None:
    """What happens on the local AWS becomes metrics, after a crash and a restart too."""
    running = start_aws(settings)
    process = start(settings)
    make_queue(settings, running)
    eventually(lambda: queue_metrics(settings, running), bool)
    kill(psutil.Process(running.pid))

    running = start_aws(settings)
    make_queue(settings, running)

    eventually(lambda: queue_metrics(settings, running), bool)
    assert shim_status(settings).pid == process.pid
    log = ShimLayout(settings.directory).log.read_text()
    assert "are metrics now" in log
    assert json.loads(ShimLayout(settings.directory).note.read_text())["pid"] == process.pid


def start_aws(settings: LocalSettings) -> RunningEmulator:
    return start_emulator(settings, clock=SystemClock(), progress=SilentProgress())


def clients(settings: LocalSettings, running: RunningEmulator) -> Clients:
    return Clients(read_settings({}, settings.aws_environment(running.endpoint_url)))


def make_queue(settings: LocalSettings, running: RunningEmulator) -> None:
    """A queue is told of as soon as it is there."""
    clients(settings, running).sqs().create_queue(QueueName="bell")


def queue_metrics(settings: LocalSettings, running: RunningEmulator) -> int:
    listed = clients(settings, running).cloudwatch().list_metrics(Namespace="AWS/SQS")
    return len(listed["Metrics"])
