"""Does what the diagnosis came to."""

from collections.abc import Mapping
from typing import Any, Protocol

from hoist.secrets.client import SecretsClient
from rotation.doctor.actions import Action, GoOn, MoveLabel, Rotate
from rotation.doctor.asking import asking


class Rotator(Protocol):
    """Has secrets rotated: by an engine in this process, or by Secrets Manager."""

    def start(self, secret_id: str) -> str:
        """Begin a new rotation; how far it has come, as a word. Raises RotationNotDoneError."""
        ...

    def go_on(self, secret_id: str) -> str:
        """The same for the open rotation."""
        ...


class Treatment:
    """Does actions, one after the other."""

    def __init__(self, client: SecretsClient, rotator: Rotator) -> None:
        self._client = client
        self._rotator = rotator

    def do(self, action: Action, arn: str) -> str:
        """How far it has come, as a word; raises the errors of `asking` and of the rotator."""
        if isinstance(action, MoveLabel):
            return self._move(action, arn)
        if isinstance(action, GoOn):
            return self._rotator.go_on(arn)
        if isinstance(action, Rotate):
            return self._rotator.start(arn)
        raise TypeError(f"{type(action).__name__} is no action")

    def _move(self, action: MoveLabel, arn: str) -> str:
        request: Mapping[str, Any] = {
            "VersionStage": action.stage.value,
            # Refused if the label has moved since the diagnosis.
            "RemoveFromVersionId": action.from_version,
        }
        if action.to_version:
            request = {**request, "MoveToVersionId": action.to_version}
        with asking("UpdateSecretVersionStage", arn):
            self._client.update_secret_version_stage(SecretId=arn, **request)
        return "done"
