"""The table of commands."""

import subprocess
import sys

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist.cli.lazy_group import load_command
from hoist.cli.main import COMMANDS, main

HEAVY = {"boto3", "botocore", "rich", "psutil", "pulumi", "grpc", "local", "orchestrator"}

WHICH_MODULES = """\
import sys
from hoist.cli.main import main
main(["--help"], {})
print("modules:", *{name.partition(".")[0] for name in sys.modules})
"""


def test_help_lists_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """`hoist --help` shows each command with its line."""
    assert main(["--help"], {}) == ExitCode.OK

    shown = capsys.readouterr().out
    assert all(name in shown and row.help in shown for name, row in COMMANDS.items())


def test_help_imports_nothing_heavy() -> None:
    """Listing the commands imports none of them, nor what they need."""
    command = [sys.executable, "-c", WHICH_MODULES]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)

    imported = set(answer.stdout.partition("modules:")[2].split())
    assert "click" in imported
    assert imported & HEAVY == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_row_leads_to_a_command(name: str) -> None:
    """Every row of the table names a command of the same name that has a help text."""
    command = load_command(COMMANDS[name].target)

    assert command.name == name
    assert command.help


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`hoist --version` names the installed version."""
    assert main(["--version"], {}) == ExitCode.OK
    assert capsys.readouterr().out.startswith("hoist, version ")


def test_an_unknown_command_is_a_mistake_of_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The name is repeated, and the way out is the help."""
    assert main(["lokal"], {}) == ExitCode.USAGE

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "error: No such command 'lokal'" in shown.err
    assert "way out: `hoist --help`" in shown.err
