"""`hoist state serve` as a process."""

import json
import signal
import socket
import stat
from pathlib import Path

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistShell
from orchestrator.state.serving.layout import ServingLayout
from orchestrator.state.serving.server import DEFAULT_PORT
from serving_process import MAX_WAIT_SECONDS, serving, start_serving

pytestmark = pytest.mark.thorough


def test_one_line_for_a_program(tmp_path: Path) -> None:
    """With --json there is one line, with the address and the token of the store's file."""
    with serving(tmp_path / "store") as server:
        path = ServingLayout(server.store).token
        assert server.access_token == path.read_text().strip()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        server.process.send_signal(signal.SIGTERM)
        more, _ = server.process.communicate(timeout=MAX_WAIT_SECONDS)
        assert more == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked(number: signal.Signals, tmp_path: Path) -> None:
    """Both ways to ask end it, as a success, with nothing on standard error."""
    server = start_serving(tmp_path / "store")

    server.process.send_signal(number)

    _, told = server.process.communicate(timeout=MAX_WAIT_SECONDS)
    assert (server.process.returncode, told) == (ExitCode.OK, "")


def test_a_person_is_told_how_to_log_in(tmp_path: Path) -> None:
    """Without --json the lines to paste are printed, and the token is not."""
    shell = HoistShell(tmp_path, {"XDG_DATA_HOME": str(tmp_path / "data")})
    process = shell.start("state", "serve", "--port", "0")
    assert process.stdout
    shown = [process.stdout.readline() for _ in range(4)]
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=MAX_WAIT_SECONDS)

    path = ServingLayout(tmp_path / "data" / "hoist" / "state").token
    assert shown[2] == f'  export PULUMI_ACCESS_TOKEN="$(cat {path})"\n'
    assert shown[3].startswith("  pulumi login http://127.0.0.1:")
    assert path.read_text().strip() not in "".join(shown) + rest


def test_the_token_stays(tmp_path: Path) -> None:
    """Every start of a store has the same token; an abrupt end changes nothing."""
    server = start_serving(tmp_path / "store")
    server.kill()

    server.start_again()

    assert server.end() == ExitCode.OK


def test_a_taken_port(tmp_path: Path) -> None:
    """It says so, in JSON too, and fails as a fault of the environment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = HoistShell(tmp_path, {}).run(
            "state", "serve", "--store", "s", "--port", port, "--json"
        )

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert json.loads(ran.out)["error"]["code"] == "serving_port"
    assert f"listens on port {port}" in ran.err


@pytest.mark.parametrize(
    "wrong", [("--port", "70000"), ("--port", "x"), ("--host", "0.0.0.0"), ("--store", "a-file")]
)
def test_a_wrong_command_line(wrong: tuple[str, str], tmp_path: Path) -> None:
    """Nothing is served beyond this machine, nor from what is no folder."""
    (tmp_path / "a-file").write_text("")

    ran = HoistShell(tmp_path, {}).run("state", "serve", *wrong)

    assert ran.exit_code == ExitCode.USAGE


def test_an_exposed_token_is_refused(tmp_path: Path) -> None:
    """A store whose token others can read is not served."""
    with serving(tmp_path / "store") as server:
        ServingLayout(server.store).token.chmod(0o644)

    ran = HoistShell(tmp_path, {}).run("state", "serve", "--store", "store", "--port", "0")

    assert ran.exit_code == ExitCode.USAGE
    assert "may be read by others" in ran.err


def test_help_tells_the_port(tmp_path: Path) -> None:
    """The port that a login is kept under is known before the start."""
    ran = HoistShell(tmp_path, {}).run("state", "serve", "--help")

    assert str(DEFAULT_PORT) in ran.out
