"""Pending versions in a file store, for secrets that may have a rotation function at AWS."""

from hoist.rotation_engine.placeholders import RotateSecretPlaceholders
from hoist.secrets.client import SecretsClient
from hoist.secrets.identity import Place

_NAME = "hoist-rotation"


class LocalPlaceholders:
    """Placeholders that leave a secret the function it has; one without any gets a name."""

    def __init__(self, client: SecretsClient, place: Place) -> None:
        self._client = client
        self._place = place

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        described = self._client.describe_secret(SecretId=secret_id)
        arn = described.get("RotationLambdaARN") or self._own_arn()
        RotateSecretPlaceholders(self._client, function_arn=arn).add_placeholder(
            secret_id, version_id
        )

    def _own_arn(self) -> str:
        return f"arn:aws:lambda:{self._place.region}:{self._place.account}:function:{_NAME}"
