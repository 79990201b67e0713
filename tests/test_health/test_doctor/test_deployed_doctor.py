"""`hoist doctor` on Hoist as it is deployed: well, then with something broken in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from health_aws_commands import run_command
from health_functions import package
from hoist.aws import Aws
from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistCommand
from running_hoist import RunningHoist, running_hoist

pytestmark = [pytest.mark.engine, pytest.mark.emulator]


@pytest.fixture(scope="module")
def hoist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHoist]:
    with running_hoist(tmp_path_factory.mktemp("hoist")) as running:
        yield running


@pytest.fixture
def command(hoist: RunningHoist, tmp_path: Path) -> HoistCommand:
    return HoistCommand(hoist.installation, tmp_path)


def report(command: HoistCommand) -> Any:
    ran = command.run("doctor", "--local", "--json")
    return json.loads(ran.out)


def test_deployed_installation_is_well(command: HoistCommand) -> None:
    """Everything is checked, everything can be told, and nothing is found."""
    ran = command.run("doctor", "--local")

    assert ran.exit_code == ExitCode.OK, ran.out
    assert ran.out.startswith("hoist-local is well; ")
    assert "groundwork.own_stack" in report(command)["checks"]


def test_changed_code_is_found_and_put_back(hoist: RunningHoist, command: HoistCommand) -> None:
    """A function that runs something else is found; the command of the finding repairs it."""
    aws = Aws(hoist.installation.aws_settings)
    functions: Any = aws.lambda_functions()
    name = hoist.outputs["rotationFunction"]
    functions.update_function_code(FunctionName=name, ZipFile=package("nothing = 1\n"))
    functions.get_waiter("function_updated_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )

    (finding,) = report(command)["findings"]
    assert (finding["id"], finding["subject"]["name"]) == ("deployed_code.digest", name)
    run_command(finding["action"]["command"], lambda service: functions)

    assert report(command)["findings"] == []
