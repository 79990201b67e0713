"""An unmodified Pulumi CLI with the deployed installation as its backend."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistShell
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.state.names import StackName
from probe_provider.world import World
from running_hoist import RunningHoist
from serving_cli import LaptopCli, laptop_cli

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

NAME = StackName("shop", "by-pulumi")
HERE = ("--stack", NAME.stack)
SECRET = "canary-e2e-4b7"
PROGRAM = """
    import probe
    import pulumi

    shelf = probe.Item("shelf", value="3", token=pulumi.Config().require_secret("key"))
    pulumi.export("value", shelf.value)
    pulumi.export("token", shelf.token)
"""


@pytest.fixture
def user(deployed: RunningHoist, tmp_path: Path) -> HoistShell:
    """Somebody who has signed in, for the Pulumi CLI as well."""
    shell = HoistShell(
        tmp_path,
        {
            "HOIST_LOCAL_DIR": str(deployed.installation.settings.directory),
            "XDG_CONFIG_HOME": str(tmp_path / "user"),
            "PULUMI_CREDENTIALS_PATH": str(tmp_path / "user" / "pulumi"),
        },
    )
    ran = shell.run("login", "--pulumi")
    assert ran.exit_code == ExitCode.OK, ran.err
    return shell


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


@pytest.fixture
def cli(user: HoistShell, tmp_path: Path, zygote: Zygote) -> LaptopCli:
    """Their laptop, on which nothing else says where the backend is."""
    laptop = laptop_cli(tmp_path / "laptop", zygote, {})
    login = {"PULUMI_CREDENTIALS_PATH": str(tmp_path / "user" / "pulumi")}
    return replace(laptop, extra=login)


def test_from_login_to_removal(deployed: RunningHoist, user: HoistShell, cli: LaptopCli) -> None:
    """Both commands see one stack; its secrets are under the installation's key."""
    world = World(cli.project.parent / "world")
    cli.succeed("stack", "init", NAME.stack)
    cli.succeed("config", "set", *HERE, "probe:world", str(world.folder))
    cli.succeed("config", "set", *HERE, "--secret", "key", SECRET)
    cli.write_program(PROGRAM)

    cli.succeed("up", "--yes", "--non-interactive", *HERE, program=True)

    assert world.names() == ["shelf"]
    outputs = cli.json("stack", "output", *HERE, "--json", "--show-secrets")
    assert outputs == {"value": "3", "token": SECRET}
    (told,) = cli.json("stack", "history", *HERE, "--json")
    assert (told["result"], told["resourceChanges"]) == ("succeeded", {"create": 2})
    assert SECRET not in json.dumps(cli.json("stack", "export", *HERE))
    history = user.run("history", "-C", str(cli.project), *HERE, "--json")
    assert history.exit_code == ExitCode.OK, history.err
    cli.succeed("destroy", "--yes", "--non-interactive", *HERE)
    cli.succeed("stack", "rm", NAME.stack, "--yes")
    assert world.names() == []
    assert user.run("logout").exit_code == ExitCode.OK
    assert cli.run("stack", "ls").exit_code != 0
