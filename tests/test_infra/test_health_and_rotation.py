"""The functions of health and rotation: what they are told, and what wakes health."""

import json

from components.functions import Function
from health.door import CHECK_HEALTH
from health.settings import HealthSettings
from recorded_program import Recording

FUNCTION = "aws:lambda/function:Function"
BY_LAMBDA = {"AWS_REGION": "eu-central-1"}


def test_health_is_told_of_the_installation(dev: Recording) -> None:
    """Its environment is what its settings read, and names what infra has made."""
    made = dev.of_type(FUNCTION)[Function.HEALTH].inputs
    settings = HealthSettings.from_environment({**made["environment"]["variables"], **BY_LAMBDA})

    assert settings.installation == made["tags"]["hoist:installation"]
    assert settings.api_name == dev.of_type("aws:apigateway/restApi:RestApi")["api"].inputs["name"]
    assert settings.api_function == dev.outputs["apiFunction"]
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


def test_rotation_is_told_nothing(dev: Recording, emulated: Recording) -> None:
    """A secret says what is to be done with it; only an emulator needs an interpreter."""
    on_aws = dev.of_type(FUNCTION)[Function.ROTATION].inputs
    on_emulator = emulated.of_type(FUNCTION)[Function.ROTATION].inputs

    assert "environment" not in on_aws
    assert set(on_emulator["environment"]["variables"]) == {"HOIST_PYTHON"}


def test_secrets_are_rotated_by_its_arn(dev: Recording) -> None:
    """What RotateSecret is to be told is exported."""
    assert dev.outputs["rotationFunctionArn"].endswith(":function:hoist-dev-rotation")
