"""The case of a secret's rotation, for the contract of the emulator's `aws` provider."""

from aws_type_cases import TypeCase
from local.provider.aws.clients import Clients
from local.provider.values import Properties
from plugin_client import Deployed, PluginClient

_FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:rotation"


def _secret(_client: PluginClient, clients: Clients, name: str) -> Properties:
    made = clients.secretsmanager().create_secret(Name=name, SecretString="anything")
    return {"secretId": made["ARN"]}


def _rotate_weekly(clients: Clients, made: Deployed) -> None:
    clients.secretsmanager().rotate_secret(
        SecretId=made.id, RotationRules={"AutomaticallyAfterDays": 7}
    )


SECRET_CASES = (
    TypeCase(
        type="aws:secretsmanager/secretRotation:SecretRotation",
        inputs={
            "rotationLambdaArn": _FUNCTION,
            "rotationRules": {"scheduleExpression": "rate(30 days)", "duration": "3h"},
            "rotateImmediately": False,
        },
        changes={
            "rotationLambdaArn": f"{_FUNCTION}-2",
            "rotationRules": {"scheduleExpression": "cron(0 4 1 * ? *)"},
            "rotateImmediately": True,
        },
        replacing={"secretId": "another-secret"},
        drift=_rotate_weekly,
        drifted="rotationRules",
        needs=_secret,
        is_setting=True,
        leaves_a_trace=True,
        # It is about the call that sets the rest, and kept nowhere.
        untold=frozenset({"rotateImmediately"}),
    ),
)
