"""Rotation as it is deployed: our engine calls it, step by step, as Secrets Manager would."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from deployed_hoist import DeployedHoist
from hoist.clock import SystemClock
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.outcomes import Ending
from hoist.rotation_engine.tries import Tries
from hoist.secret import Secret
from rotation.choice import STRATEGY_TAG
from rotation.strategies.generated import GeneratedValue
from rotation.strategy import Draft

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

OLD_VALUE = "the-value-before-the-rotation"


class StepFailedError(Exception):
    """What the function answered instead of nothing, and what it logged."""


@dataclass(frozen=True, slots=True)
class PendingVersions:
    """The versions that a rotation begins with: the local AWS's own RotateSecret calls nothing."""

    client: Any
    value: str = ""
    """As a first try leaves it behind that dies after createSecret; else the version is empty."""

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        value = {"SecretString": self.value} if self.value else {}
        self.client.put_secret_value(
            SecretId=secret_id,
            ClientRequestToken=version_id,
            VersionStages=["AWSPENDING"],
            **value,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """The deployed function, and secrets on the same local AWS."""

    hoist: DeployedHoist
    client: Any
    steps: list[str] = field(default_factory=list)

    def invoke(self, event: Mapping[str, str], _context: object = None) -> None:
        """Call the function as Secrets Manager does; raises StepFailedError."""
        self.steps.append(event["Step"])
        answer = self.hoist.clients.lambda_functions().invoke(
            FunctionName=self.hoist.outputs["rotationFunction"],
            Payload=json.dumps(event),
            LogType="Tail",
        )
        told = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            log = base64.b64decode(answer["LogResult"]).decode()
            raise StepFailedError(f"{told}\n{log}")

    def engine(self, pending: str = "") -> RotationEngine:
        """One that begins with an empty version, or with this value stored."""
        return RotationEngine(
            client=self.client,
            placeholders=PendingVersions(self.client, pending),
            handler=self.invoke,
            clock=SystemClock(),
            tries=Tries(at_most=1),
        )

    def secret(self) -> str:
        """A new one whose rotation is switched on, with the ARN that the stack exports."""
        arn: str = self.client.create_secret(
            Name=f"hoist/{self.hoist.outputs['environment']}/{secrets.token_hex(8)}",
            SecretString=OLD_VALUE,
            Tags=[{"Key": STRATEGY_TAG, "Value": "generated"}],
        )["ARN"]
        self.client.rotate_secret(
            SecretId=arn,
            RotationLambdaARN=self.hoist.outputs["rotationFunctionArn"],
            RotationRules={"AutomaticallyAfterDays": 30},
        )
        return arn

    def value(self, arn: str, label: str) -> str:
        text: str = self.client.get_secret_value(SecretId=arn, VersionStage=label)["SecretString"]
        return text


@pytest.fixture
def place(hoist: DeployedHoist) -> Place:
    keys = hoist.clients.settings.credentials
    session = boto3.Session(
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key.reveal(),
        region_name=hoist.clients.settings.region,
    )
    endpoint = hoist.stack.workshop.installation.aws_settings.endpoint_url
    return Place(hoist, session.client("secretsmanager", endpoint_url=endpoint))


def test_a_secret_is_rotated(place: Place) -> None:
    """After the four steps a value that the function made is current, and the old one previous."""
    arn = place.secret()

    outcome = place.engine().rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED, outcome
    assert place.steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert place.value(arn, "AWSCURRENT") not in ("", OLD_VALUE)
    assert place.value(arn, "AWSPREVIOUS") == OLD_VALUE


def test_a_try_that_died_is_gone_on_with(place: Place) -> None:
    """A value that is stored already is kept, and becomes the current one."""
    arn, clock = place.secret(), SystemClock()
    stored = GeneratedValue().create(Secret(OLD_VALUE), Draft("any", clock.now())).reveal()

    outcome = place.engine(stored).rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED, outcome
    assert place.value(arn, "AWSCURRENT") == stored


def test_a_value_that_its_policy_forbids_is_not_promoted(place: Place) -> None:
    """The step fails, the old value stays, and neither answer nor log tells the other one."""
    arn = place.secret()

    outcome = place.engine("feeble").rotate(arn)

    assert outcome.ending is Ending.FAILED
    assert outcome.failure is not None
    assert outcome.failure.step == "testSecret"
    assert "RotationPolicyError" in outcome.failure.message
    assert "feeble" not in outcome.failure.message
    assert OLD_VALUE not in outcome.failure.message
    assert place.value(arn, "AWSCURRENT") == OLD_VALUE


def test_who_was_not_announced_is_refused(place: Place) -> None:
    """A token of no version makes nothing, whoever calls the function with it."""
    arn, token = place.secret(), secrets.token_hex(16)
    event = {"Step": "createSecret", "SecretId": arn, "ClientRequestToken": token}

    with pytest.raises(StepFailedError, match="has no version of this token"):
        place.invoke(event)

    assert token not in place.client.describe_secret(SecretId=arn)["VersionIdsToStages"]


def test_secrets_manager_may_call_it(place: Place) -> None:
    """The function's policy lets in that service, for secrets of this account, and nobody else."""
    policy = place.hoist.clients.lambda_functions().get_policy(
        FunctionName=place.hoist.outputs["rotationFunction"]
    )["Policy"]
    (statement,) = json.loads(policy)["Statement"]
    account = place.hoist.outputs["rotationFunctionArn"].split(":")[4]

    assert statement["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"AWS:SourceAccount": account}
