"""`hoist config` and `hoist outputs`, as far as no local AWS is needed."""

from pathlib import Path

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist.cli.main import main
from project_directories import write_project

CANARY = "canary-6f1d2a"


def run(directory: Path, *arguments: str) -> int:
    """Run a command where no local AWS is."""
    environ = {"HOIST_LOCAL_DIR": str(directory / "nowhere"), "HOME": str(directory)}
    place = ["--directory", str(write_project(directory / "web"))]
    return main([*arguments, *place], environ)


def test_a_secret_is_not_taken_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error tells how it is given, and does not repeat it."""
    assert run(tmp_path, "config", "set", "--secret", "token", CANARY) == ExitCode.USAGE

    said = "".join(capsys.readouterr())
    assert "hoist config set --secret token" in said
    assert CANARY not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("config",),
        ("config", "list"),
        ("config", "set", "size", "3"),
        ("config", "get", "size"),
        ("config", "rm", "size"),
        ("outputs",),
        ("outputs", "url"),
    ],
)
def test_without_the_local_aws_the_way_out_is_to_start_it(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names the command that starts it."""
    assert run(tmp_path, *arguments) == ExitCode.USAGE
    assert "hoist local up" in capsys.readouterr().err
