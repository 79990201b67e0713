"""Hoist's own stack, made ready on the local AWS."""

import json
import sys
from pathlib import Path

import boto3
import pytest

from hoist.aws import Aws
from hoist.clock import SystemClock
from local.emulator_status import running_emulator
from local.installation import LocalInstallation
from local.local_state import LocalState, local_state_on
from local.progress import SilentProgress
from local.self_hosting import OWN_STACK, prepare_own_stack

pytestmark = pytest.mark.emulator

# A function of the standard library that takes an event and a context, and answers with JSON.
HANDLER = "operator.ne"


@pytest.fixture
def state(installation: LocalInstallation) -> LocalState:
    return local_state_on(
        running_emulator(installation.settings),
        installation.settings,
        clock=SystemClock(),
        progress=SilentProgress(),
    )


def config_of(state: LocalState, installation: LocalInstallation) -> dict[str, str]:
    record = prepare_own_stack(state, installation.settings, progress=SilentProgress())
    assert not any(value.is_secret for value in record.config.values())
    return {key: value.text for key, value in record.config.items()}


def test_the_config_names_all_that_it_is_made_from(
    state: LocalState, installation: LocalInstallation
) -> None:
    """Bootstrap, packages and this interpreter are in the config; a second time changes nothing."""
    config = config_of(state, installation)

    assert set(config) == {
        *state.bootstrap.as_config(),
        "hoist:packagesBucket",
        "hoist:apiPackage",
        "hoist:workerPackage",
        "hoist:healthPackage",
        "hoist:rotationPackage",
        "hoist:emulator",
        "hoist:access",
    }
    (owner,) = json.loads(config["hoist:access"])
    assert owner["principal"] == "arn:aws:iam::000000000000:user/local"
    assert (owner["role"], owner["stacks"]) == ("admin", "*/*")
    emulator = json.loads(config["hoist:emulator"])
    assert emulator["python"] == sys.executable
    assert emulator["parallelRuns"] == 4
    paths = {name: Path(value) for name, value in emulator["workerEnvironment"].items()}
    assert paths == {
        "HOIST_ENGINE": installation.room.engine,
        "HOIST_PLUGINS": installation.room.plugins,
        "HOIST_WORK_DIRECTORY": installation.settings.directory / "worker",
    }
    before = state.service.stacks.require(OWN_STACK)
    assert config_of(state, installation) == config
    assert state.service.stacks.require(OWN_STACK).config == before.config


def test_a_package_runs_on_the_emulator(state: LocalState, installation: LocalInstallation) -> None:
    """A function made from the published package starts with its bootstrap and answers."""
    config = config_of(state, installation)
    credentials = installation.settings.aws_credentials
    functions = boto3.Session(
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key.reveal(),
        region_name=installation.settings.region,
    ).client("lambda", endpoint_url=state.aws_settings.endpoint_url)
    functions.create_function(
        FunctionName="package-trial",
        Runtime="provided.al2023",
        Role="arn:aws:iam::000000000000:role/package-trial",
        Handler=HANDLER,
        Code={"S3Bucket": config["hoist:packagesBucket"], "S3Key": config["hoist:workerPackage"]},
        Environment={"Variables": {"HOIST_PYTHON": json.loads(config["hoist:emulator"])["python"]}},
    )

    answer = functions.invoke(FunctionName="package-trial", Payload=b'"an event"')

    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read()) is True
    functions.delete_function(FunctionName="package-trial")


def test_packages_lie_below_their_prefix(
    state: LocalState, installation: LocalInstallation
) -> None:
    """State and packages share the bucket and do not mix."""
    config = config_of(state, installation)

    listed = (
        Aws(state.aws_settings)
        .s3()
        .list_objects_v2(Bucket=state.bootstrap.state_bucket, Prefix="packages/")
    )

    keys = {each["Key"] for each in listed["Contents"]}
    assert {config["hoist:apiPackage"], config["hoist:workerPackage"]} <= keys
