"""Rotation as it is deployed: our engine calls it, step by step, as Secrets Manager would."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from deployed_hoist import DeployedHoist
from deployed_rotation import (
    OLD_VALUE,
    DeployedRotation,
    StepFailedError,
    deployed_rotation,
    new_secret,
    told_by_deployed,
    told_in_process,
)
from hoist.rotation_engine.outcomes import Ending
from orchestrator.engine.results import OperationResult, Outcome

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

# No strategy makes one like it, and the policy forbids it.
FEEBLE = "feeble"
# What the usual policy allows.
MADE = "MADE0by1a2try3that4has5died6then"


@pytest.fixture
def place(hoist: DeployedHoist) -> DeployedRotation:
    return deployed_rotation(hoist)


@pytest.fixture
def scheduling(hoist: DeployedHoist) -> Iterator[Callable[..., OperationResult]]:
    """Deploys with schedules as they are given; afterwards there are none."""

    def deploy(*secrets: Mapping[str, str], **settings: str) -> OperationResult:
        settings["rotation"] = json.dumps({"secrets": secrets})
        hoist.stack.configure({f"hoist:{key}": value for key, value in settings.items()})
        return hoist.stack.up()

    yield deploy
    hoist.stack.configure({"hoist:rotation": "", "hoist:logRetentionDays": "30"})
    result = hoist.stack.up()
    assert result.outcome is Outcome.SUCCEEDED, result


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
    arn = place.secret()

    outcome = place.engine(MADE).rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED, outcome
    assert place.value(arn, "AWSCURRENT") == MADE


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


def test_a_listed_secret_gets_its_schedule(
    place: DeployedRotation, scheduling: Callable[..., OperationResult]
) -> None:
    """Function and rules are set, a second update and a refresh find them so, and a change of the
    rules is one change. The emulator keeps them; that AWS acts on them is not shown here.
    """
    name = f"hoist/{place.hoist.outputs['environment']}/{secrets.token_hex(8)}"
    arn = new_secret(place.client, name)

    result = scheduling({"name": name, "schedule": "rate(30 days)", "window": "3h"})

    assert result.outcome is Outcome.SUCCEEDED, result
    described = place.client.describe_secret(SecretId=arn)
    assert described["RotationEnabled"]
    assert described["RotationLambdaARN"] == place.hoist.outputs["rotationFunctionArn"]
    assert described["RotationRules"] == {"ScheduleExpression": "rate(30 days)", "Duration": "3h"}
    assert place.value(arn, "AWSCURRENT") == OLD_VALUE
    assert not place.hoist.stack.refresh().has_changes
    changed = scheduling({"name": name, "schedule": "cron(0 4 1 * ? *)"})
    assert (changed.outcome, changed.changes.get("update")) == (Outcome.SUCCEEDED, 1)
    described = place.client.describe_secret(SecretId=arn)
    assert described["RotationRules"] == {"ScheduleExpression": "cron(0 4 1 * ? *)"}


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ({"name": "hoist/{}/missing", "schedule": "rate(1 day)"}, "no secret hoist/{}/missing"),
        ({"name": "app/db", "schedule": "rate(1 day)"}, "hoist:rotation names app/db"),
        ({"name": "hoist/{}/a", "schedule": "rate(1 hour)"}, "for hoist/{}/a: a rate is from 4"),
    ],
    ids=["missing", "out-of-reach", "too-often"],
)
def test_what_cannot_rotate_changes_nothing(
    place: DeployedRotation,
    scheduling: Callable[..., OperationResult],
    secret: Mapping[str, str],
    reason: str,
) -> None:
    """A secret that is wrong ends the update by name, before anything else is changed."""
    environment = place.hoist.outputs["environment"]
    named = {**secret, "name": secret["name"].format(environment)}

    result = scheduling(named, logRetentionDays="14")

    assert result.outcome is Outcome.FAILED
    assert not result.has_changes
    said = "".join(each.message for each in result.diagnostics)
    assert reason.format(environment) in said
    (group, *_) = place.hoist.clients.logs().describe_log_groups(
        logGroupNamePrefix=place.hoist.outputs["logGroups"]["rotation"]
    )["logGroups"]
    assert group["retentionInDays"] == 30
