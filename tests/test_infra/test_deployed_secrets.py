"""The installed `hoist secrets --aws` and the deployed function, with a RotateSecret that rotates.

What the emulator has of Secrets Manager keeps the values and the labels; what it lacks is
rotating_aws.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployed_hoist import DeployedHoist
from deployed_rotation import OLD_VALUE, DeployedRotation, deployed_rotation, emulator_url
from hoist.cli.exit_codes import ExitCode
from hoist.rotation_engine.outcomes import Ending
from hoist_command import HoistShell, Ran
from rotating_aws import RotatingAws, rotating_aws

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

# No strategy makes one like it, and the policy forbids it.
FEEBLE = "feeble"
# What the usual policy allows.
MADE = "MADE0by1a2try3that4has5died6then"


@pytest.fixture
def place(hoist: DeployedHoist) -> DeployedRotation:
    return deployed_rotation(hoist)


@pytest.fixture
def aws(place: DeployedRotation) -> Iterator[RotatingAws]:
    with rotating_aws(place, emulator_url(place.hoist)) as serving:
        yield serving


@pytest.fixture
def shell(aws: RotatingAws, tmp_path: Path) -> HoistShell:
    """A shell with the settings of any AWS SDK."""
    settings = aws.place.hoist.stack.workshop.installation.settings
    return HoistShell(tmp_path, settings.aws_environment(aws.url))


def run(shell: HoistShell, command: str, arn: str, *options: str) -> Ran:
    return shell.run("secrets", command, arn, "--aws", *options)


def told(shell: HoistShell, command: str, arn: str, *options: str) -> Any:
    """What a command prints as JSON."""
    return json.loads(run(shell, command, arn, "--json", *options).out)


def labels(place: DeployedRotation, arn: str) -> list[list[str]]:
    described = place.client.describe_secret(SecretId=arn)
    return sorted(described["VersionIdsToStages"].values())


def test_rotate(shell: HoistShell, aws: RotatingAws, place: DeployedRotation) -> None:
    """A rotation is started, the function makes the value, and all commands tell of it."""
    arn = place.secret()

    ran = run(shell, "rotate", arn)

    assert (ran.exit_code, ran.out.endswith(": started\n")) == (ExitCode.OK, True), ran.err
    assert [each.ending for each in aws.settled()] == [Ending.SUCCEEDED]
    assert place.steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    value = place.value(arn, "AWSCURRENT")
    assert value not in ("", OLD_VALUE)
    assert run(shell, "read", arn, "--show").out == f"{value}\n"
    assert labels(place, arn) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    history = told(shell, "history", arn)["rotations"]
    assert [each["event"] for each in history] == ["RotationStarted", "RotationSucceeded"]
    (status,) = told(shell, "status", arn)
    assert (status["strategy"], status["rotation_enabled"]) == ("generated", True)
    assert status["rules"] == {"AutomaticallyAfterDays": 30}
    assert (status["last_failure"], status["findings"]) == (None, [])
    assert run(shell, "doctor", arn).exit_code == ExitCode.OK


def test_only_ask(shell: HoistShell, aws: RotatingAws, place: DeployedRotation) -> None:
    """`--test` has the function run its test alone; value and labels stay."""
    arn = place.secret()
    before = place.client.describe_secret(SecretId=arn)["VersionIdsToStages"]

    ran = run(shell, "rotate", arn, "--test")

    assert ran.exit_code == ExitCode.OK, ran.err
    assert [each.ending for each in aws.settled()] == [Ending.SUCCEEDED]
    assert place.steps == ["testSecret"]
    assert place.client.describe_secret(SecretId=arn)["VersionIdsToStages"] == before
    assert place.value(arn, "AWSCURRENT") == OLD_VALUE


def test_resume(shell: HoistShell, aws: RotatingAws, place: DeployedRotation) -> None:
    """`--resume` goes on with the value that is stored."""
    arn = place.secret()
    place.open_rotation(arn, MADE)

    ran = run(shell, "rotate", arn, "--resume")

    assert (ran.exit_code, ran.out.endswith(": started\n")) == (ExitCode.OK, True), ran.err
    assert [each.ending for each in aws.settled()] == [Ending.SUCCEEDED]
    assert place.value(arn, "AWSCURRENT") == MADE


def test_a_second_rotation(shell: HoistShell, aws: RotatingAws, place: DeployedRotation) -> None:
    """None is begun while another is open, and none is resumed where none is."""
    arn = place.secret()
    nothing_to_resume = told(shell, "rotate", arn, "--resume")
    place.open_rotation(arn, MADE)
    refused = told(shell, "rotate", arn)

    assert nothing_to_resume["error"]["code"] == "no_rotation"
    assert refused["error"]["code"] == "rotation_in_progress"
    assert aws.settled() == []


def test_poison_is_found_and_replaced(
    shell: HoistShell, aws: RotatingAws, place: DeployedRotation
) -> None:
    """Status and doctor tell step and class of the failure; the doctor has another value made.

    Neither of the two values is told by any of them.
    """
    arn = place.secret()
    place.open_rotation(arn, FEEBLE)
    tried = run(shell, "rotate", arn, "--resume")
    assert [each.ending for each in aws.settled()] == [Ending.FAILED]

    (status,) = told(shell, "status", arn)
    ill = run(shell, "doctor", arn)
    mended = run(shell, "doctor", arn, "--apply")

    assert (status["last_failure"]["step"], status["last_failure"]["kind"]) == (
        "testSecret",
        "policy",
    )
    assert ill.exit_code == ExitCode.FAILED
    assert "poison_pending" in ill.out
    assert f"aws secretsmanager rotate-secret --secret-id {arn}" in ill.out
    assert "started" in mended.err
    assert [each.ending for each in aws.settled()] == [Ending.FAILED, Ending.SUCCEEDED]
    assert place.value(arn, "AWSCURRENT") not in ("", OLD_VALUE, FEEBLE)
    healthy = run(shell, "doctor", arn)
    assert (healthy.exit_code, "nothing is wrong" in healthy.out) == (ExitCode.OK, True)
    said = "".join(ran.out + ran.err for ran in (tried, ill, mended, healthy)) + json.dumps(status)
    assert not [value for value in (OLD_VALUE, FEEBLE) if value in said]
