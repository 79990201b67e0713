"""The installed `hoist secrets` against Secrets Manager: the local AWS stands for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator_for_tests import running_emulator
from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistShell

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
REGION = "us-east-1"

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as address:
        yield address


@pytest.fixture
def shell(url: str, tmp_path: Path) -> HoistShell:
    """A shell with the settings of any AWS SDK."""
    settings = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **CREDENTIALS}
    return HoistShell(tmp_path, settings)


@pytest.fixture
def client(url: str) -> Any:
    session = boto3.Session("test", "test", region_name=REGION)
    return session.client("secretsmanager", endpoint_url=url)


def test_open_rotation_is_found_and_given_up(shell: HoistShell, client: Any) -> None:
    """Status, doctor, history and read see what is there; rolling back moves the one label."""
    client.create_secret(
        Name="app/a",
        SecretString="CANARY-current",
        Tags=[{"Key": "hoist:rotation-strategy", "Value": "generated"}],
    )
    client.put_secret_value(SecretId="app/a", SecretString="short", VersionStages=["AWSPENDING"])

    status = json.loads(shell.run("secrets", "status", "--aws", "--json").out)
    assert [(each["name"], each["strategy"]) for each in status] == [("app/a", "generated")]

    doctor = shell.run("secrets", "doctor", "app/a", "--aws")
    assert doctor.exit_code == ExitCode.FAILED
    assert "poison_pending" in doctor.out
    assert "aws secretsmanager update-secret-version-stage --secret-id arn:" in doctor.out

    back = shell.run("secrets", "doctor", "app/a", "--aws", "--back", "--apply")
    assert back.exit_code == ExitCode.OK, back.err
    history = json.loads(shell.run("secrets", "history", "app/a", "--aws", "--json").out)
    assert [each["labels"] for each in history["versions"] if each["labels"]] == [["AWSCURRENT"]]

    shown = shell.run("secrets", "read", "app/a", "--aws", "--show")
    assert shown.out == "CANARY-current\n"


def test_secret_that_is_not_there(shell: HoistShell) -> None:
    """A name that is none is the caller's mistake, told without a trace."""
    ran = shell.run("secrets", "rotate", "app/missing", "--aws")

    assert ran.exit_code == ExitCode.USAGE
    assert "there is no secret 'app/missing'" in ran.err
    assert "Traceback" not in ran.err


def test_nobody_rotates_it(shell: HoistShell, client: Any) -> None:
    """A secret without a rotation is told so, and nothing is asked of Secrets Manager."""
    client.create_secret(Name="app/quiet", SecretString="CANARY-quiet")

    ran = shell.run("secrets", "rotate", "app/quiet", "--aws")

    assert ran.exit_code == ExitCode.USAGE
    assert "rotation of app/quiet was never set up" in ran.err
    assert "RotationLambdaARN" not in client.describe_secret(SecretId="app/quiet")


def test_nobody_answers(tmp_path: Path) -> None:
    """An endpoint where nothing listens is a fault of the surroundings."""
    settings = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": REGION, **CREDENTIALS}

    ran = HoistShell(tmp_path, settings).run("secrets", "status", "--aws")

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert "got no answer" in ran.err
