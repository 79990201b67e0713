"""The front's process: up, down, killed, asked for twice. No emulator is needed for that."""

import http.client
import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from front_signing import KEY, Signing
from hoist.clock import SystemClock
from local.emulator_health import free_port
from local.emulator_status import RunningEmulator
from local.errors import OtherPortError, PortInUseError
from local.front.errors import FrontNotRunningError, FrontNotStartedError
from local.front.layout import FrontLayout
from local.front.lifecycle import API_FUNCTION, FUNCTIONS, start_front, stop_front
from local.front.local_credentials import read_local_key
from local.front.process import serves
from local.front.running import RunningFront, front_url
from local.front.status import FrontState, front_status
from local.process_record import ProcessRecord, write_record
from local.progress import SilentProgress
from local.settings import LocalSettings
from recording_progress import RecordingProgress

pytestmark = pytest.mark.thorough

EMULATOR = RunningEmulator("http://127.0.0.1:1", 1, 1)
MOVED_EMULATOR = RunningEmulator("http://127.0.0.1:2", 2, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LocalSettings]:
    """A local directory of the test's own, whose front is stopped at the end."""
    own = replace(LocalSettings.of_this_process(), directory=tmp_path / "local", front_port=None)
    own.directory.mkdir()
    yield own
    stop(own)


def start(settings: LocalSettings, emulator: RunningEmulator = EMULATOR) -> RunningFront:
    return start_front(settings, emulator, clock=SystemClock(), progress=SilentProgress())


def stop(settings: LocalSettings) -> bool:
    return stop_front(settings, progress=SilentProgress())


def kill(front: RunningFront) -> None:
    """What `kill -9` does; the front is this process's child here and stays as a zombie."""
    psutil.Process(front.pid).kill()
    os.waitid(os.P_PID, front.pid, os.WEXITED | os.WNOWAIT)


def status_of(
    url: str, method: str = "GET", path: str = "/v1", signing: Signing | None = None
) -> int:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    headers = dict(signing.request.head.headers) if signing else {}
    connection.request(method, path, signing.body if signing else None, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_up_and_down(settings: LocalSettings) -> None:
    """It answers while it is up, its log and status are known, and after `down` it is gone."""
    running = start(settings)

    assert front_status(settings).state is FrontState.RUNNING
    assert front_status(settings).process == running
    assert front_url({"HOIST_LOCAL_DIR": str(settings.directory)}) == running.url
    # There is no emulator at its address.
    assert status_of(running.url) == 503
    assert "call_failed" in FrontLayout(settings.directory).log.read_text()
    assert stop(settings)
    assert front_status(settings).state is FrontState.STOPPED
    assert not stop(settings)


def test_it_sees_nothing_of_the_callers_environment(settings: LocalSettings) -> None:
    """Its environment is a short list, its home is its own, and it leads its own session."""
    process = psutil.Process(start(settings).pid)

    environment = process.environ()
    assert set(environment) - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "HOME", "LANG"}
    assert Path(environment["HOME"]).is_relative_to(settings.directory)
    assert os.getsid(process.pid) == process.pid


def test_up_twice_is_one_front(settings: LocalSettings) -> None:
    """The second time nothing is started."""
    running, progress = start(settings), RecordingProgress()

    again = start_front(settings, EMULATOR, clock=SystemClock(), progress=progress)

    assert (again, progress.tasks) == (running, {})


def test_two_at_once_start_one(settings: LocalSettings) -> None:
    """Two that start it in the same moment end with one, known to both."""
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(start, [settings, settings])

    assert first == second


def test_a_killed_front_comes_back_where_it_was(settings: LocalSettings) -> None:
    """After SIGKILL it counts as stopped, and goes up again at the same address."""
    before = start(settings)
    kill(before)

    assert front_status(settings).state is FrontState.STOPPED
    with pytest.raises(FrontNotRunningError) as caught:
        front_url({"HOIST_LOCAL_DIR": str(settings.directory)})
    assert "hoist local up" in caught.value.way_out
    after = start(settings)

    assert (after.url, after.pid != before.pid) == (before.url, True)
    assert status_of(after.url) == 503


def test_it_follows_an_emulator_that_moved(settings: LocalSettings) -> None:
    """A front of an emulator's former address is replaced, and keeps its own."""
    before = start(settings)

    after = start(settings, MOVED_EMULATOR)

    assert (after.url, after.pid != before.pid) == (before.url, True)
    assert MOVED_EMULATOR.endpoint_url in psutil.Process(after.pid).cmdline()


def test_one_before_other_functions_is_replaced(settings: LocalSettings) -> None:
    """A front that an older version has started, which knows less functions, does not stay."""
    running = psutil.Process(start(settings).pid)

    layout = FrontLayout(settings.directory)
    others = (API_FUNCTION, "hoist-dev-other")

    assert serves(running, layout, EMULATOR.endpoint_url, FUNCTIONS)
    assert not serves(running, layout, EMULATOR.endpoint_url, others)
    elsewhere = FrontLayout(settings.directory / "elsewhere")
    assert not serves(running, elsewhere, EMULATOR.endpoint_url, FUNCTIONS)


def test_it_lets_in_whoever_has_the_key_pair(settings: LocalSettings) -> None:
    """Of the request for a token it is asked before it is passed on; and the pair stays."""
    url = start(settings).url
    key = FrontLayout(settings.directory).key
    made = key.read_bytes()
    signing = Signing(
        key=read_local_key(key), at=SystemClock().now(), host=url.removeprefix("http://")
    )

    known = status_of(url, "POST", "/v1/tokens", signing)
    unknown = status_of(url, "POST", "/v1/tokens", signing.but(key=KEY))
    stop(settings)
    start(settings)

    # There is no emulator at its address.
    assert (known, unknown) == (503, 403)
    assert key.read_bytes() == made


def test_a_chosen_port(settings: LocalSettings) -> None:
    """A port that was chosen is taken; a running front is not moved to another."""
    chosen = replace(settings, front_port=free_port())
    assert start(chosen).port == chosen.front_port

    with pytest.raises(OtherPortError, match="Hoist's local API already runs") as caught:
        start(replace(settings, front_port=free_port()))
    assert "HOIST_LOCAL_FRONT_PORT" in caught.value.way_out


def test_a_port_in_use_is_named(settings: LocalSettings) -> None:
    """A port that somebody listens on is an error before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]

        with pytest.raises(PortInUseError, match=f"port {port} on") as caught:
            start(replace(settings, front_port=port))
    assert "HOIST_LOCAL_FRONT_PORT" in caught.value.way_out
    assert front_status(settings).state is FrontState.STOPPED


def test_a_damaged_note_of_the_port(settings: LocalSettings) -> None:
    """If the last port cannot be read, a free one is taken."""
    FrontLayout(settings.directory).port.write_text("unknown")

    assert status_of(start(settings).url) == 503


def test_one_that_cannot_start_shows_its_log(settings: LocalSettings) -> None:
    """The error holds the last lines of the log; no note of a process is left."""
    nowhere = RunningEmulator("no address", 1, 1)

    with pytest.raises(FrontNotStartedError, match="ended at its start") as caught:
        start(settings, nowhere)

    assert "Invalid endpoint" in caught.value.message
    assert not FrontLayout(settings.directory).record.exists()


def test_one_that_hangs_is_told_apart(settings: LocalSettings) -> None:
    """A process that is there and does not answer is neither running nor stopped."""
    process = psutil.Process(start(settings).pid)
    process.suspend()
    try:
        assert front_status(settings).state is FrontState.NOT_ANSWERING
    finally:
        process.resume()


def test_a_process_id_that_was_given_away_is_left_alone(settings: LocalSettings) -> None:
    """A stale note whose process id is now another program's neither hinders nor harms it."""
    layout = FrontLayout(settings.directory)
    with subprocess.Popen(["/usr/bin/tail", "-f", "/dev/null"]) as bystander:
        try:
            write_record(layout.record, ProcessRecord(bystander.pid, 1.0, 4566))

            assert not stop(settings)
            assert bystander.poll() is None
        finally:
            bystander.kill()
