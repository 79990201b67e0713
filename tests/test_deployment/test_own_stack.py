"""Hoist's own stack, with the real engine and its state on the local AWS."""

import json

import pytest

from deployment.own_stack import OwnStack, open_own_stack
from deployment.target import DeploymentTarget
from deployments import TestStack
from hoist.cli.context import CliContext
from hoist.cli.exit_codes import ExitCode
from hoist.clock import SystemClock
from local.installation import LocalInstallation

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

OWNER = "arn:aws:iam::111122223333:user/ada"
PROGRAM = """
    import pulumi

    pulumi.export("apiUrl", "https://" + pulumi.Config("hoist").require("stateBucket"))
"""


@pytest.fixture
def own(installation: LocalInstallation, stack: TestStack) -> OwnStack:
    """As on an account, but under the name of a stack that is fresh."""
    return OwnStack(
        name=stack.name,
        service=installation.service,
        data_keys=installation.data_keys,
        room=installation.room,
        context=CliContext(environ={}, clock=SystemClock()),
    )


def test_it_is_updated_and_tells_its_address(
    own: OwnStack, stack: TestStack, capsys: pytest.CaptureFixture[str]
) -> None:
    """The update finds its config, is shown, and is journaled like any other."""
    stack.write_program(PROGRAM)
    own.configure({"hoist:stateBucket": "bucket"}, owner=OWNER)

    deployed = own.up(stack.program)

    assert (deployed.exit_code, deployed.api_url) == (ExitCode.OK, "https://bucket")
    assert "succeeded" in capsys.readouterr().out
    assert own.service.stacks.require(own.name).version == 1


def test_a_failed_update_has_no_address(own: OwnStack, stack: TestStack) -> None:
    """Its exit code is that of `hoist up`."""
    stack.write_program("raise RuntimeError('no')")
    own.configure({}, owner=OWNER)

    deployed = own.up(stack.program)

    assert (deployed.exit_code, deployed.api_url) == (ExitCode.FAILED, "")


def test_the_first_owner_is_an_admin(own: OwnStack) -> None:
    """Whoever deploys first may do everything; what was set since is not set back."""
    own.configure({"hoist:stateBucket": "a"}, owner=OWNER)
    first = own.service.stacks.require(own.name).config
    own.configure({"hoist:access": "[]"}, owner=OWNER)
    own.configure({"hoist:stateBucket": "b"}, owner=OWNER)
    later = own.service.stacks.require(own.name).config

    [grant] = json.loads(first["hoist:access"].text)
    assert (grant["principal"], grant["role"]) == (OWNER, "admin")
    assert (later["hoist:access"].text, later["hoist:stateBucket"].text) == ("[]", "b")


def test_its_state_is_where_the_bootstrap_says(installation: LocalInstallation) -> None:
    """Opening it makes nothing; its name is that of the environment."""
    target = DeploymentTarget("dev", "us-east-1", "111122223333", OWNER)

    own = open_own_stack(
        target,
        installation.bootstrap,
        installation.settings.aws_credentials,
        engine=installation.room.engine,
        directory=installation.settings.directory,
        context=CliContext(environ={}, clock=SystemClock()),
    )

    assert str(own.name) == "hoist/dev"
    assert own.room.aws_environment["AWS_REGION"] == "us-east-1"
    assert own.room.plugins == installation.settings.directory / "plugins"
