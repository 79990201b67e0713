"""Actions, and the commands of the AWS CLI that do the same."""

import shlex
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name

from rotation.doctor.actions import Action, GoOn, MoveLabel, Rotate
from rotation.steps import Stage

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-AbCdEf"
ACTIONS = [
    MoveLabel(Stage.PENDING, "old"),
    MoveLabel(Stage.CURRENT, "old", "new"),
    GoOn(),
    Rotate(),
]


@cache
def operations() -> dict[str, Any]:
    """The operations of Secrets Manager as the CLI spells them."""
    session = boto3.Session(region_name="us-east-1")
    client: Any = session.client("secretsmanager", aws_access_key_id="a", aws_secret_access_key="b")
    model = client.meta.service_model
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


@pytest.mark.parametrize("action", ACTIONS)
def test_command_is_one_of_the_aws_cli(action: Action) -> None:
    """The command names an operation and options that the service has, all required ones too."""
    program, service, operation, *rest = shlex.split(action.aws_command(ARN))
    members = operations()[operation].input_shape

    assert (program, service) == ("aws", "secretsmanager")
    named = {option.removeprefix("--") for option in rest[::2]}
    assert named <= {xform_name(member, "-") for member in members.members}
    assert {xform_name(member, "-") for member in members.required_members} <= named
    assert ARN in rest


def test_command_says_from_where() -> None:
    """A label is taken from the version that had it, so that a stale command is refused."""
    command = MoveLabel(Stage.CURRENT, "old", "new").aws_command(ARN)

    assert command.endswith(
        "--version-stage AWSCURRENT --move-to-version-id new --remove-from-version-id old"
    )


def test_odd_names_are_quoted() -> None:
    """What a shell would read as more than a word is quoted."""
    command = Rotate().aws_command("app/it's here; rm -r")

    assert shlex.split(command)[-1] == "app/it's here; rm -r"
