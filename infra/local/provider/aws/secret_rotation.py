"""aws:secretsmanager/secretRotation:SecretRotation: a secret's function and schedule.

The emulator keeps them and acts on neither: it has no schedules and calls no function. Each time
they are set it gives the current value another version, and it cannot switch a rotation off.
"""

from typing import Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.fields import Field, from_aws, to_aws
from local.provider.aws.resource_type import REGION, Input, ResourceType
from local.provider.values import Properties

_RULES = (
    Field("automaticallyAfterDays", "AutomaticallyAfterDays"),
    Field("duration", "Duration"),
    Field("scheduleExpression", "ScheduleExpression"),
)


class _Rotations:
    """By the ARN of the secret, of which it is a setting."""

    def __init__(self, clients: Clients) -> None:
        self._secrets = clients.secretsmanager()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        return self._set(inputs["secretId"], inputs)

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if changed & {"rotationLambdaArn", "rotationRules"}:
            self._set(resource_id, inputs)

    def read(self, resource_id: str) -> Properties | None:
        found = if_there(lambda: self._secrets.describe_secret(SecretId=resource_id))
        if not found or not found.get("RotationEnabled"):
            return None
        return {
            "secretId": found["ARN"],
            "region": self._region,
            "rotationLambdaArn": found.get("RotationLambdaARN", ""),
            "rotationRules": from_aws(_RULES, found.get("RotationRules", {})),
            "rotationEnabled": True,
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        """Nothing: the emulator has no CancelRotateSecret. What is set next writes over it."""

    def _set(self, secret_id: str, inputs: Properties) -> str:
        rules: Any = to_aws(_RULES, inputs["rotationRules"])
        arn: str = self._secrets.rotate_secret(
            SecretId=secret_id,
            RotationLambdaARN=inputs["rotationLambdaArn"],
            RotationRules=rules,
            RotateImmediately=inputs["rotateImmediately"],
        )["ARN"]
        return arn


SECRET_ROTATION = ResourceType(
    token="aws:secretsmanager/secretRotation:SecretRotation",
    operations=_Rotations,
    inputs=(
        Input("secretId", required=True, replaces=True),
        Input("rotationLambdaArn", required=True),
        Input("rotationRules", required=True, fields=_RULES),
        Input("rotateImmediately", default=True),
        REGION,
    ),
    computed=("rotationEnabled",),
)

TYPES = (SECRET_ROTATION,)
