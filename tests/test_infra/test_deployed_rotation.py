"""Rotation as it is deployed: our engine calls it, step by step, as Secrets Manager would."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

import boto3
import pytest

from deployed_hoist import DeployedHoist
from deployed_rotation import (
    OLD_VALUE,
    DeployedRotation,
    StepFailedError,
    told_by_deployed,
    told_in_process,
)
from hoist.clock import SystemClock
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from rotation.strategies.generated import GeneratedValue
from rotation.strategy import Draft

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

# No strategy makes one like it, and the policy forbids it.
FEEBLE = "feeble"


@pytest.fixture
def place(hoist: DeployedHoist) -> DeployedRotation:
    keys = hoist.clients.settings.credentials
    session = boto3.Session(
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key.reveal(),
        region_name=hoist.clients.settings.region,
    )
    endpoint = hoist.stack.workshop.installation.aws_settings.endpoint_url
    return DeployedRotation(hoist, session.client("secretsmanager", endpoint_url=endpoint))


def test_a_secret_is_rotated(place: DeployedRotation) -> None:
    """After the four steps a value that the function made is current, and the old one previous."""
    arn = place.secret()

    outcome = place.engine().rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED, outcome
    assert place.steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert place.value(arn, "AWSCURRENT") not in ("", OLD_VALUE)
    assert place.value(arn, "AWSPREVIOUS") == OLD_VALUE


def test_a_try_that_died_is_gone_on_with(place: DeployedRotation) -> None:
    """A value that is stored already is kept, and becomes the current one."""
    arn, clock = place.secret(), SystemClock()
    stored = GeneratedValue().create(Secret(OLD_VALUE), Draft("any", clock.now())).reveal()

    outcome = place.engine(stored).rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED, outcome
    assert place.value(arn, "AWSCURRENT") == stored


def test_a_value_that_its_policy_forbids_is_not_promoted(place: DeployedRotation) -> None:
    """The step fails, the old value stays, and neither answer nor log tells the other one."""
    arn = place.secret()

    outcome = place.engine(FEEBLE).rotate(arn)

    assert outcome.ending is Ending.FAILED
    assert outcome.failure is not None
    assert outcome.failure.step == "testSecret"
    (told,) = place.told
    assert "RotationPolicyError" in told
    assert FEEBLE not in told
    assert OLD_VALUE not in told
    assert place.value(arn, "AWSCURRENT") == OLD_VALUE


@pytest.mark.parametrize(
    ("pending", "names"),
    [
        ("", ["RotationStarted", "AWSCURRENT", "RotationSucceeded"]),
        (FEEBLE, ["RotationStarted", "RotationFailed"]),
    ],
    ids=["success", "failed-step"],
)
def test_the_same_events_as_in_one_process(
    place: DeployedRotation, tmp_path: Path, pending: str, names: Sequence[str]
) -> None:
    """The deployed function, and the handler over a file store in this process, make the engine
    tell the same, word for word, but for ids and times."""
    name = secrets.token_hex(8)

    deployed = told_by_deployed(place, name, pending)

    assert deployed == told_in_process(place, name, pending, tmp_path)
    details = [event["detail"] for event in deployed]
    assert [each.get("eventName") or each["labelUpdated"] for each in details] == names


def test_who_was_not_announced_is_refused(place: DeployedRotation) -> None:
    """A token of no version makes nothing, whoever calls the function with it."""
    arn, token = place.secret(), secrets.token_hex(16)
    event = {"Step": "createSecret", "SecretId": arn, "ClientRequestToken": token}

    with pytest.raises(StepFailedError, match="has no version of this token"):
        place.invoke(event)

    assert token not in place.client.describe_secret(SecretId=arn)["VersionIdsToStages"]


def test_secrets_manager_may_call_it(place: DeployedRotation) -> None:
    """The function's policy lets in that service, for secrets of this account, and nobody else."""
    policy = place.hoist.clients.lambda_functions().get_policy(
        FunctionName=place.hoist.outputs["rotationFunction"]
    )["Policy"]
    (statement,) = json.loads(policy)["Statement"]
    account = place.hoist.outputs["rotationFunctionArn"].split(":")[4]

    assert statement["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"AWS:SourceAccount": account}
