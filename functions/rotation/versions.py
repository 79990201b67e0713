"""The versions of secrets, by four operations of Secrets Manager and always by explicit label."""

from collections.abc import Mapping
from typing import Any, Protocol

from hoist.secret import Secret
from rotation.cloud_failures import RefusedCallError, cloud_failures
from rotation.errors import SecretSchemaError
from rotation.messages import RotationEvent
from rotation.steps import Promotion, SecretFacts, Stage

_NOT_FOUND = frozenset({"ResourceNotFoundException"})
_EXISTS = frozenset({"ResourceExistsException"})


class RotationClient(Protocol):
    """The operations of a Secrets Manager client that a rotation uses."""

    def describe_secret(self, *args: Any, **request: Any) -> Any: ...

    def get_secret_value(self, *args: Any, **request: Any) -> Any: ...

    def put_secret_value(self, *args: Any, **request: Any) -> Any: ...

    def update_secret_version_stage(self, *args: Any, **request: Any) -> Any: ...


class SecretVersions:
    """Reads and writes versions; every failure of the client becomes a RotationError."""

    def __init__(self, client: RotationClient) -> None:
        self._client = client

    def facts(self, secret_id: str) -> SecretFacts:
        """The labels and tags of a secret."""
        with cloud_failures("DescribeSecret"):
            answer = self._client.describe_secret(SecretId=secret_id)
        return SecretFacts(
            arn=answer["ARN"],
            labels={
                version: frozenset(labels)
                for version, labels in answer.get("VersionIdsToStages", {}).items()
            },
            rotation_enabled=answer.get("RotationEnabled"),
            tags={tag["Key"]: tag.get("Value", "") for tag in answer.get("Tags", ())},
        )

    def with_stage(self, secret_id: str, stage: Stage) -> Secret | None:
        """The value that carries the label; None if there is none."""
        return self._value(SecretId=secret_id, VersionStage=stage.value)

    def pending(self, event: RotationEvent) -> Secret | None:
        """The value that this rotation has stored; None as long as the version is empty."""
        return self._value(
            SecretId=event.secret_id, VersionId=event.token, VersionStage=Stage.PENDING.value
        )

    def store_pending(self, event: RotationEvent, value: Secret) -> None:
        """Store the value under the token; does nothing if a value stands there already."""
        request: dict[str, Any] = {
            "SecretId": event.secret_id,
            "ClientRequestToken": event.token,
            "SecretString": value.reveal(),
            "VersionStages": [Stage.PENDING.value],
        }
        if event.rotation_token:
            request["RotationToken"] = event.rotation_token.reveal()
        try:
            with cloud_failures("PutSecretValue", expected=_EXISTS):
                self._client.put_secret_value(**request)
        except RefusedCallError:
            # The same step ran twice at once: the value that came first is the one.
            return

    def promote(self, secret_id: str, promotion: Promotion) -> None:
        """Move AWSCURRENT, in the one call that does it atomically."""
        request = {
            "SecretId": secret_id,
            "VersionStage": Stage.CURRENT.value,
            "MoveToVersionId": promotion.to_version,
        }
        # None would be refused by the client: the parameter is absent or a version.
        if promotion.from_version:
            request["RemoveFromVersionId"] = promotion.from_version
        with cloud_failures("UpdateSecretVersionStage"):
            self._client.update_secret_version_stage(**request)

    def _value(self, **request: str) -> Secret | None:
        try:
            with cloud_failures("GetSecretValue", expected=_NOT_FOUND):
                answer: Mapping[str, Any] = self._client.get_secret_value(**request)
        except RefusedCallError:
            return None
        if "SecretString" not in answer and "SecretBinary" not in answer:
            # The placeholder of a rotation that has begun. Secrets Manager refuses to read it; the
            # local AWS answers with an empty version.
            return None
        text = answer.get("SecretString")
        if not isinstance(text, str):
            raise SecretSchemaError(
                "the secret's value is binary", way_out="store it as text: SecretString"
            )
        return Secret(text)
