"""`hoist up | preview | refresh | destroy`, as far as the command line alone decides."""

import json
from pathlib import Path

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist.cli.main import main
from project_directories import write_project

OPERATIONS = ("preview", "up", "refresh", "destroy")


def run(command: str, directory: Path, *options: str) -> int:
    """Run an operation in this process, where no local AWS is."""
    environ = {"HOIST_LOCAL_DIR": str(directory / "nowhere"), "HOME": str(directory)}
    answered = ("--yes",) if command == "destroy" else ()
    return main([command, str(directory), "--here", *answered, *options], environ)


@pytest.mark.parametrize("command", OPERATIONS)
def test_here_without_the_local_aws_the_way_out_is_to_start_it(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names the command that starts it, and nothing was begun."""
    assert run(command, write_project(tmp_path)) == ExitCode.USAGE

    captured = capsys.readouterr()
    assert "hoist local up" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("command", OPERATIONS)
def test_with_json_even_a_refusal_is_a_result(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The only line on standard output is a result with the error in it."""
    assert run(command, write_project(tmp_path), "--json") == ExitCode.USAGE

    captured = capsys.readouterr()
    (line,) = captured.out.splitlines()
    result = json.loads(line)
    assert (result["type"], result["outcome"]) == ("result", "refused")
    assert (result["operation"], result["error"]["code"]) == (command, "local_not_running")
    assert "the local AWS is not running" in captured.err


def test_a_directory_without_a_project_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no Pulumi.yaml, the error says what was looked for."""
    assert run("up", tmp_path) == ExitCode.USAGE
    assert "Pulumi.yaml" in capsys.readouterr().err


def test_another_language_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that no host can run does not get as far as an engine."""
    project = write_project(tmp_path, {"Pulumi.yaml": b"name: shop\nruntime: nodejs\n"})

    assert run("up", project) == ExitCode.USAGE
    assert "nodejs" in capsys.readouterr().err


@pytest.mark.parametrize("pair", ["bucket=id", "urn:pulumi:dev::shop::a::b", "urn:x="])
def test_a_pending_create_needs_urn_and_id(
    pair: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not URN=ID is refused before anything is looked at."""
    code = run("refresh", tmp_path, "--import-pending-create", pair)

    assert code == ExitCode.USAGE
    assert "URN=ID" in capsys.readouterr().err


def test_destroy_off_a_terminal_needs_yes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that does not say --yes destroys nothing, and learns why."""
    assert main(["destroy", str(write_project(tmp_path))], {}) == ExitCode.USAGE
    assert "--yes" in capsys.readouterr().err


def test_a_stack_is_not_removed_from_under_its_resources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--remove` beside `--target` contradicts itself."""
    code = run("destroy", write_project(tmp_path), "--remove", "--target", "urn:a")

    assert code == ExitCode.USAGE
    assert "cannot be removed" in capsys.readouterr().err


@pytest.mark.parametrize("parallel", ["0", "-1", "many"])
def test_parallel_is_a_number_of_resources(
    parallel: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Less than one at once cannot be."""
    assert run("up", tmp_path, "--parallel", parallel) == ExitCode.USAGE
    assert "--parallel" in capsys.readouterr().err


@pytest.mark.parametrize("option", [("--detach",), ("--server", "https://hoist.example")])
def test_here_there_is_no_server(
    option: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is done in this process cannot be left to a server."""
    assert run("up", write_project(tmp_path), *option) == ExitCode.USAGE
    assert "leave out --here" in capsys.readouterr().err


def test_a_stack_is_not_removed_without_waiting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--remove` comes after the run, and `--detach` does not wait for that."""
    code = main(["destroy", str(write_project(tmp_path)), "--remove", "--detach", "--yes"], {})

    assert code == ExitCode.USAGE
    assert "hoist stacks rm" in capsys.readouterr().err


def test_too_many_targets_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run's record is short; the error says how many it may name, in JSON as a result."""
    targets = [word for number in range(51) for word in ("--target", f"urn:{number}")]

    assert run("up", write_project(tmp_path), *targets, "--json") == ExitCode.USAGE
    result = json.loads(capsys.readouterr().out)
    assert result["error"]["code"] == "run_request_invalid"


@pytest.mark.parametrize("command", OPERATIONS)
def test_help_says_what_ctrl_c_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal, in a script, and in this process."""
    assert main([command, "--help"], {}) == ExitCode.OK

    shown = " ".join(capsys.readouterr().out.split())
    assert "Ctrl-C on a terminal asks" in shown
    assert "first SIGINT or SIGTERM cancels the run" in shown
