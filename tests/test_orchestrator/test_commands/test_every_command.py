"""What holds for every command that talks to a server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import CommandLine, command_line
from command_site import CommandSite, sign_in
from hoist.cli.exit_codes import ExitCode
from scripted_server import HangUp, Reply, ScriptedServer

pytestmark = pytest.mark.thorough

OPERATIONS = ["up", "preview", "refresh", "destroy --yes"]
ABOUT_A_STACK = [
    *("outputs", "outputs url", "resources", "history"),
    *("config", "config list", "config set size 3", "config get size", "config rm size"),
    *("runs", "runs list", "runs show run-1", "runs resolve run-1 retry"),
    *("logs", "logs run-1 --follow", "cancel", "cancel run-1"),
    *("stacks show", "stacks rm --yes"),
]
ABOUT_ALL = [
    *("audit show shop/dev", "audit show installation"),
    "stacks",
    "stacks list",
    "state resolve shop/dev",
    "whoami",
    "tokens",
    "tokens list",
    f"tokens revoke {'0' * 20}",
]
ALL = [*OPERATIONS, *ABOUT_A_STACK, *ABOUT_ALL]
# The method and path of the first request of each; a prefix is enough.
NOBODY = "http://127.0.0.1:1"

WHICH_MODULES = """
import sys
from hoist.cli.main import main
code = main(sys.argv[1:])
print("modules:", *sys.modules, file=sys.stderr)
sys.exit(code)
"""


def arguments(command: str, line: CommandLine, *more: str) -> list[str]:
    """The command with the project's directory."""
    words = command.split()
    if command in OPERATIONS:
        return [words[0], str(line.project), *words[1:], *more]
    place = [] if command in ABOUT_ALL else ["-C", str(line.project)]
    return [*words, *place, *more]


def error_of(out: str) -> dict[str, str]:
    """The error on standard output, of an operation or of anything else."""
    document = json.loads(out)
    assert document.get("type", "result") == "result"
    error: dict[str, str] = document["error"]
    return error


@pytest.mark.parametrize("command", ALL)
def test_help(command: str, line: CommandLine) -> None:
    """Each says what it does and names the server's option."""
    ran = line.run(*command.split()[:2] if command not in OPERATIONS else command.split()[:1], "-h")

    assert ran.exit_code == ExitCode.OK
    assert "--server" in ran.out or "COMMAND" in ran.out
    assert "--json" in ran.out


@pytest.mark.parametrize("command", ALL)
def test_no_server_is_a_fault_of_the_environment(command: str, tmp_path: Path) -> None:
    """It says which server did not answer, in JSON too, and never a traceback."""
    line = command_line(tmp_path, NOBODY)
    sign_in(tmp_path, NOBODY)

    ran = line.run(*arguments(command, line, "--json"))

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert error_of(ran.out)["code"] == "server_unreachable"
    assert f"no answer from {NOBODY} (connection refused)" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ALL)
def test_without_a_local_installation_the_way_out_is_to_start_it(
    command: str, tmp_path: Path
) -> None:
    """Where no server is named, it is the local one, and the error says how it is started."""
    line = command_line(tmp_path, "")
    line.environ = {"HOIST_LOCAL_DIR": str(tmp_path / "nowhere")}

    ran = line.run(*arguments(command, line))

    assert ran.exit_code != ExitCode.OK
    assert "hoist local up" in ran.err


@pytest.mark.parametrize("command", ALL)
def test_who_is_not_signed_in_hears_how(
    command: str, server: ScriptedServer, tmp_path: Path
) -> None:
    """Before anything is sent, in JSON too."""
    line = command_line(tmp_path, server.url)

    ran = line.run(*arguments(command, line, "--json"))

    assert ran.exit_code == ExitCode.AUTHENTICATION
    assert error_of(ran.out)["code"] == "not_signed_in"
    assert f"hoist login {server.url}" in error_of(ran.out)["way_out"]
    assert server.asked == []


@pytest.mark.parametrize("command", [*OPERATIONS, *ABOUT_A_STACK])
def test_a_name_that_no_stack_can_have(
    command: str, scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """It is refused before anything is sent."""
    ran = scripted_line.run(*arguments(command, scripted_line, "--stack", "a/b", "--json"))

    assert ran.exit_code == ExitCode.USAGE
    assert error_of(ran.out)["code"] == "bad_request"
    assert server.asked == []


@pytest.mark.parametrize("command", ABOUT_A_STACK)
def test_a_stack_that_is_missing(command: str, site: CommandSite, line: CommandLine) -> None:
    """The server's own code is told; setting a value makes the stack."""
    ran = line.run(*arguments(command, line, "--json"))

    if command == "config set size 3":
        assert ran.exit_code == ExitCode.OK
    else:
        assert ran.exit_code == ExitCode.USAGE, ran.err
        assert error_of(ran.out)["code"] == "stack_not_found"


ANSWERS = [
    (Reply(raw=b"<html>", status=502), ExitCode.ENVIRONMENT_FAULT),
    (Reply({"message": "Internal server error"}, status=502), ExitCode.ENVIRONMENT_FAULT),
    (Reply({"code": "internal", "detail": "x", "status": 500}, status=500), 5),
    (Reply(raw=b"{", status=200), ExitCode.ENVIRONMENT_FAULT),
    (Reply([], status=200), ExitCode.ENVIRONMENT_FAULT),
    (Reply(raw=b"[" * 100_000, status=200), ExitCode.ENVIRONMENT_FAULT),
    (Reply(raw=b"\xff\xfe", status=200), ExitCode.ENVIRONMENT_FAULT),
    (Reply({"code": "permission_missing", "detail": "no"}, status=403), ExitCode.AUTHENTICATION),
    (Reply({"code": "x", "detail": "no"}, status=409), ExitCode.CONFLICT),
    (Reply(raw=b"", status=302, headers={"location": "http://127.0.0.1:1/"}), 5),
    (HangUp(), ExitCode.ENVIRONMENT_FAULT),
]


@pytest.mark.parametrize(("answer", "code"), ANSWERS)
def test_whatever_answers_is_no_fault_of_ours(
    answer: Reply | HangUp, code: int, scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """A gateway, another program, half an answer: an error with a kind, never a traceback."""
    server.on("GET", "/v1/stacks/shop/dev/outputs", answer)

    ran = scripted_line.ask("outputs")

    assert ran.exit_code == code, ran.err
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err


def test_an_address_in_the_clear_is_refused(line: CommandLine) -> None:
    """Config and secrets go over TLS, or do not leave the machine."""
    ran = line.ask("outputs", "--server", "http://hoist.example")

    assert ran.exit_code == ExitCode.USAGE
    assert "use https://" in ran.err


def test_the_option_goes_before_the_environment(site: CommandSite, tmp_path: Path) -> None:
    """`--server` names another server than HOIST_SERVER."""
    site.make_stack()
    line = command_line(tmp_path, NOBODY)
    sign_in(tmp_path, site.url, site.estate.admin)

    assert line.ask("stacks", "show", "--server", site.url).exit_code == ExitCode.OK


def test_outputs_start_fast(site: CommandSite, line: CommandLine) -> None:
    """Reading outputs imports nothing of what runs or shows an operation, nor AWS's clients."""
    site.make_stack()
    ran = subprocess.run(
        [sys.executable, "-c", WHICH_MODULES, "outputs", "-C", str(line.project)],
        env={"HOIST_SERVER": site.url, "HOIST_TOKEN": site.estate.admin.text.reveal()},
        capture_output=True,
        text=True,
        check=False,
    )

    modules = ran.stderr.partition("modules:")[2].split()
    assert (ran.returncode, ran.stdout) == (ExitCode.OK, ""), ran.stderr
    unwanted = {"rich", "pulumi", "grpc", "boto3", "botocore", "pydantic", "psutil", "cryptography"}
    assert unwanted & set(modules) == set()
    assert not [name for name in modules if name.partition(".")[0] == "local"]
