"""The functions of health and rotation: what they are told, and what wakes health."""

import json
from datetime import timedelta

import pytest

from components.functions import Function
from health.door import CHECK_HEALTH
from health.settings import HealthSettings
from hoist_program import installation
from recorded_program import Recording

FUNCTION = "aws:lambda/function:Function"
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SUBNETS = ["subnet-0123abcd", "subnet-4567cdef"]
SECURITY_GROUPS = ["sg-0123abcd"]
BY_LAMBDA = {"AWS_REGION": "eu-central-1"}


def test_health_is_told_of_the_installation(dev: Recording) -> None:
    """Its environment is what its settings read, and names what infra has made."""
    made = dev.of_type(FUNCTION)[Function.HEALTH].inputs
    settings = HealthSettings.from_environment({**made["environment"]["variables"], **BY_LAMBDA})

    assert settings.installation == made["tags"]["hoist:installation"]
    assert settings.api_name == dev.of_type("aws:apigateway/restApi:RestApi")["api"].inputs["name"]
    assert settings.api_function == dev.outputs["apiFunction"]
    assert settings.own_function == dev.outputs["healthFunction"]
    assert (settings.state_bucket, settings.state_table) == ("the-state-bucket", "the-state-table")
    assert settings.state_key_alias == "alias/the-state"
    assert settings.runs_table == dev.outputs["runsTable"]
    assert settings.artifacts_bucket == dev.outputs["artifactsBucket"]
    assert settings.doorbell_url == dev.outputs["doorbellUrl"]


def test_health_looks_each_minute(dev: Recording) -> None:
    """A rule sends it the one event that is no request."""
    rule = dev.of_type("aws:cloudwatch/eventRule:EventRule")["check-health"].inputs
    target = dev.of_type("aws:cloudwatch/eventTarget:EventTarget")["check-health"].inputs

    assert rule["scheduleExpression"] == "rate(1 minute)"
    assert target["arn"].endswith(":function:hoist-dev-health")
    assert json.loads(target["input"]) == CHECK_HEALTH


def test_health_is_told_when_a_refresh_is_overdue(dev: Recording) -> None:
    """By hoist:driftAfterDays; without it, nobody minds."""
    told = installation("dev", driftAfterDays="14").of_type(FUNCTION)[Function.HEALTH].inputs

    settings = HealthSettings.from_environment({**told["environment"]["variables"], **BY_LAMBDA})

    assert settings.drift_after == timedelta(days=14)
    untold = dev.of_type(FUNCTION)[Function.HEALTH].inputs["environment"]["variables"]
    assert HealthSettings.from_environment({**untold, **BY_LAMBDA}).drift_after is None


def test_rotation_is_told_nothing(dev: Recording, emulated: Recording) -> None:
    """A secret says what is to be done with it; only an emulator needs an interpreter."""
    on_aws = dev.of_type(FUNCTION)[Function.ROTATION].inputs
    on_emulator = emulated.of_type(FUNCTION)[Function.ROTATION].inputs

    assert "environment" not in on_aws
    assert set(on_emulator["environment"]["variables"]) == {"HOIST_PYTHON"}


def test_secrets_are_rotated_by_its_arn(dev: Recording) -> None:
    """What RotateSecret is to be told is exported."""
    assert dev.outputs["rotationFunctionArn"].endswith(":function:hoist-dev-rotation")


@pytest.fixture(scope="module")
def scheduled() -> Recording:
    """An installation that rotates two secrets, from within a VPC."""
    return installation(
        "dev",
        rotation=json.dumps(
            {
                "secrets": [
                    {"name": "hoist/dev/db", "schedule": "rate(30 days)", "window": "3h"},
                    {"name": "hoist/dev/key", "schedule": "cron(0 4 1 * ? *)"},
                ],
                "subnets": SUBNETS,
                "securityGroups": SECURITY_GROUPS,
            }
        ),
    )


def test_listed_secrets_rotate_on_schedule(scheduled: Recording) -> None:
    """Each gets the function and its own rules, and none is rotated by that itself."""
    rotations = scheduled.of_type(SECRET_ROTATION)

    assert {name: made.inputs["rotationRules"] for name, made in rotations.items()} == {
        "hoist/dev/db": {"scheduleExpression": "rate(30 days)", "duration": "3h"},
        "hoist/dev/key": {"scheduleExpression": "cron(0 4 1 * ? *)"},
    }
    for name, made in rotations.items():
        assert f":secret:{name}-" in made.inputs["secretId"]
        assert made.inputs["rotationLambdaArn"] == scheduled.outputs["rotationFunctionArn"]
        assert made.inputs["rotateImmediately"] is False


def test_a_schedule_waits_for_the_leave(scheduled: Recording) -> None:
    """Secrets Manager refuses a function that it may not call."""
    for made in scheduled.of_type(SECRET_ROTATION).values():
        assert "aws:lambda/permission:Permission::secrets-manager" in made.depends_on


def test_the_function_is_where_its_targets_are(scheduled: Recording) -> None:
    """Rotation alone is in the VPC that is set."""
    made = scheduled.of_type(FUNCTION)

    assert made[Function.ROTATION].inputs["vpcConfig"] == {
        "subnetIds": SUBNETS,
        "securityGroupIds": SECURITY_GROUPS,
    }
    assert [name for name in made if "vpcConfig" in made[name].inputs] == [Function.ROTATION]


def test_without_settings_nothing_rotates_by_itself(dev: Recording) -> None:
    """No secret has a schedule, and no function is in a VPC."""
    assert dev.of_type(SECRET_ROTATION) == {}
    assert not any("vpcConfig" in made.inputs for made in dev.of_type(FUNCTION).values())
