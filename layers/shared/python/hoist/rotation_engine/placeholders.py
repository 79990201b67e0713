"""Pending versions for stores whose RotateSecret makes one and calls nothing."""

from typing import Any, Protocol


class RotatingClient(Protocol):
    """The operation with which a store is told of a rotation."""

    def rotate_secret(self, *args: Any, **request: Any) -> Any: ...


class RotateSecretPlaceholders:
    """As FileSecretStore does it: the store keeps the rules, the engine calls the function.

    The store refuses what Secrets Manager would refuse: a second rotation, a deleted secret.
    """

    def __init__(self, client: RotatingClient, *, function_arn: str) -> None:
        self._client = client
        self._function_arn = function_arn

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        self._client.rotate_secret(
            SecretId=secret_id,
            ClientRequestToken=version_id,
            RotationLambdaARN=self._function_arn,
        )
