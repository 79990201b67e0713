"""The `up` that `hoist local deploy` invokes."""

import json
from pathlib import Path

import click
import pytest

from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.exit_codes import ExitCode
from hoist.clock import SystemClock
from local.deploy_cli import up
from project_directories import write_project


def test_what_is_not_given_has_its_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Directory, stack and how it is shown are enough; a refusal is a result with `--json`."""

    @click.command()
    @click.pass_context
    def deploy(command: click.Context) -> int:
        code: int = command.invoke(
            up, directory=write_project(tmp_path), stack="dev", verbose=False, as_json=True
        )
        return code

    context = CliContext(
        environ={"HOIST_LOCAL_DIR": str(tmp_path / "nowhere"), "HOME": "/"}, clock=SystemClock()
    )

    assert run_command(deploy, [], context) == ExitCode.USAGE
    result = json.loads(capsys.readouterr().out)
    assert (result["outcome"], result["error"]["code"]) == ("refused", "local_not_running")
