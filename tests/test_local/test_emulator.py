"""The local AWS as it really is: up, down, killed, asked for twice."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hoist.clock import SystemClock
from local.emulator import start_emulator, stop_emulator
from local.emulator_health import free_port
from local.emulator_launch import temporary_emulator
from local.emulator_layout import EmulatorLayout
from local.emulator_record import EmulatorRecord, write_record
from local.emulator_status import (
    EmulatorState,
    RunningEmulator,
    emulator_status,
    running_emulator,
)
from local.errors import (
    EmulatorNotAnsweringError,
    EmulatorNotRunningError,
    OtherPortError,
    PortInUseError,
)
from local.front.lifecycle import stop_front
from local.metric_shim.lifecycle import stop_shim
from local.progress import SilentProgress
from local.settings import LocalSettings
from recording_progress import RecordingProgress

pytestmark = pytest.mark.emulator

ITEM = {"id": {"S": "one"}, "n": {"N": "1"}}
TABLE = {
    "TableName": "things",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LocalSettings]:
    """A local installation of the test's own, stopped at its end."""
    own = replace(LocalSettings.of_this_process(), directory=tmp_path / "local", port=None)
    yield own
    # `hoist local up` starts these as well.
    stop_shim(own, progress=SilentProgress())
    stop_front(own, progress=SilentProgress())
    stop_emulator(own, progress=SilentProgress())


def start(settings: LocalSettings, progress: RecordingProgress | None = None) -> RunningEmulator:
    return start_emulator(settings, clock=SystemClock(), progress=progress or RecordingProgress())


def stop(settings: LocalSettings) -> bool:
    return stop_emulator(settings, progress=SilentProgress())


def request(
    running: RunningEmulator, method: str, path: str, body: bytes = b"", **headers: str
) -> bytes:
    """The body of a successful answer."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    connection.request(
        method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status < 300, content
    return content


def dynamodb(running: RunningEmulator, operation: str, **parameters: object) -> dict[str, object]:
    content = request(
        running,
        "POST",
        "/",
        json.dumps(parameters).encode(),
        X_Amz_Target=f"DynamoDB_20120810.{operation}",
        Content_Type="application/x-amz-json-1.0",
    )
    answer: dict[str, object] = json.loads(content)
    return answer


def fill(running: RunningEmulator) -> None:
    """An object and an item."""
    request(running, "PUT", "/bucket")
    request(running, "PUT", "/bucket/key", b"an object")
    dynamodb(running, "CreateTable", **TABLE)
    dynamodb(running, "PutItem", TableName="things", Item=ITEM)


def test_it_answers_on_loopback_alone(settings: LocalSettings) -> None:
    """The emulator listens on 127.0.0.1 and on no other address."""
    running = start(settings)

    listening = {
        connection.laddr
        for connection in psutil.Process(running.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", running.port)}
    assert running_emulator(settings) == running


def test_up_twice_is_one_emulator(settings: LocalSettings) -> None:
    """The second time nothing is started, and that is said."""
    running, progress = start(settings), RecordingProgress()

    assert start(settings, progress) == running
    assert progress.said == [f"The local AWS is already running at {running.endpoint_url}."]
    assert progress.tasks == {}


def test_down_and_up_keeps_everything_and_the_port(settings: LocalSettings) -> None:
    """Objects, items and the address survive a stop."""
    before = start(settings)
    fill(before)

    assert stop(settings)
    assert emulator_status(settings).state is EmulatorState.STOPPED
    after = start(settings)

    assert (after.port, after.pid != before.pid) == (before.port, True)
    assert request(after, "GET", "/bucket/key") == b"an object"
    answer = dynamodb(after, "GetItem", TableName="things", Key={"id": {"S": "one"}})
    assert answer["Item"] == ITEM


def test_down_when_down_changes_nothing(settings: LocalSettings) -> None:
    """Stopping what does not run says so, and makes no directory."""
    assert not stop(settings)
    assert not settings.directory.exists()


def test_a_killed_emulator_is_noticed_and_comes_back(settings: LocalSettings) -> None:
    """After SIGKILL it counts as stopped, and goes up again with its objects."""
    before = start(settings)
    request(before, "PUT", "/bucket")
    request(before, "PUT", "/bucket/key", b"an object")
    psutil.Process(before.pid).kill()
    os.waitid(os.P_PID, before.pid, os.WEXITED | os.WNOWAIT)

    assert emulator_status(settings).state is EmulatorState.STOPPED
    with pytest.raises(EmulatorNotRunningError):
        running_emulator(settings)
    after = start(settings)

    assert request(after, "GET", "/bucket/key") == b"an object"


def test_a_port_in_use_is_named(settings: LocalSettings) -> None:
    """A chosen port that somebody listens on is an error before anything is started."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]

        with pytest.raises(PortInUseError, match=f"port {port} on"):
            start(replace(settings, port=port))
    assert emulator_status(settings).state is EmulatorState.STOPPED


def test_the_last_port_is_not_given_up_silently(settings: LocalSettings) -> None:
    """If somebody took the port meanwhile, that is told: what was deployed holds the address."""
    port = start(settings).port
    stop(settings)

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        with pytest.raises(PortInUseError, match=f"port {port} on"):
            start(settings)


def test_a_running_one_is_not_moved(settings: LocalSettings) -> None:
    """Asking for another port while it runs is an error that names both."""
    running, other = start(settings), free_port()

    with pytest.raises(OtherPortError, match=f"{running.port}, not on {other}"):
        start(replace(settings, port=other))
    assert running_emulator(settings) == running


def test_a_process_id_that_was_given_away_is_left_alone(settings: LocalSettings) -> None:
    """A stale note whose process id is now another program's neither hinders nor harms it."""
    layout = EmulatorLayout(settings.directory)
    start(settings)
    stop(settings)
    with subprocess.Popen(["/usr/bin/tail", "-f", "/dev/null"]) as bystander:
        try:
            write_record(layout.record, EmulatorRecord(bystander.pid, 1.0, 4566))

            assert not stop(settings)
            write_record(layout.record, EmulatorRecord(bystander.pid, 1.0, 4566))
            running = start(settings)

            assert running.pid != bystander.pid
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_one_that_hangs_is_told_apart(settings: LocalSettings) -> None:
    """A process that is there and does not answer is neither running nor stopped."""
    running = start(settings)
    os.kill(running.pid, signal.SIGSTOP)
    try:
        assert emulator_status(settings).state is EmulatorState.NOT_ANSWERING
        with pytest.raises(EmulatorNotAnsweringError, match=f"process {running.pid}"):
            running_emulator(settings)
    finally:
        os.kill(running.pid, signal.SIGCONT)


def test_two_at_once_start_one(settings: LocalSettings) -> None:
    """Two `up` in the same moment end with one emulator, one bootstrap and one front."""
    environment = {
        **settings.tool_environment,
        "PATH": settings.search_path,
        "HOIST_LOCAL_DIR": str(settings.directory),
    }
    program = "import sys; from hoist.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "local", "up", "--json"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120) for process in both]

    assert [process.returncode for process in both] == [0, 0], answers
    facts = [json.loads(out) for out, _ in answers]
    assert facts[0] == facts[1]
    assert facts[0]["pid"] == running_emulator(settings).pid


def test_a_temporary_one_is_empty_and_gone_at_its_end(
    settings: LocalSettings, tmp_path: Path
) -> None:
    """It does not touch the local installation, forgets everything, and leaves no process."""
    for _ in range(2):
        with temporary_emulator(
            tmp_path / "temporary",
            settings=settings,
            clock=SystemClock(),
            progress=SilentProgress(),
        ) as running:
            assert dynamodb(running, "ListTables")["TableNames"] == []
            fill(running)
        assert not psutil.pid_exists(running.pid)
    assert not settings.directory.exists()
