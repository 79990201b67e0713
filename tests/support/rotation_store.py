"""Secrets Manager's labels and versions in memory: the operations that a rotation uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hoist.clock import Clock

ARN_PREFIX = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"


@dataclass
class StoredVersion:
    created_at: datetime
    value: str | None = None
    labels: set[str] = field(default_factory=set)


@dataclass
class StoredSecret:
    arn: str
    name: str
    created_at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Any] | None = None
    is_enabled: bool | None = None
    versions: dict[str, StoredVersion] = field(default_factory=dict)


class InMemorySecrets:
    """Answers and refuses as the service does. Secrets are found by name and by ARN."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.secrets: dict[str, StoredSecret] = {}
        self.rotation_tokens: list[str | None] = []

    def create_secret(
        self, name: str, value: str | None = None, *, tags: Mapping[str, str] | None = None
    ) -> str:
        """The ARN of a new secret, whose first version is called `first` and some."""
        arn = f"{ARN_PREFIX}{name}-AbCdEf"
        self.secrets[name] = StoredSecret(arn, name, self._clock.now(), tags or {})
        if value is not None:
            self.put_secret_value(SecretId=arn, ClientRequestToken="first" * 8, SecretString=value)
        return arn

    def describe_secret(self, **request: Any) -> dict[str, Any]:
        secret = self._secret(request)
        answer: dict[str, Any] = {
            "ARN": secret.arn,
            "Name": secret.name,
            "CreatedDate": secret.created_at,
            "Tags": [{"Key": key, "Value": value} for key, value in secret.tags.items()],
            "VersionIdsToStages": {
                version_id: sorted(version.labels)
                for version_id, version in secret.versions.items()
                if version.labels
            },
        }
        if secret.is_enabled is not None:
            answer |= {"RotationEnabled": secret.is_enabled, "RotationRules": secret.rules}
        return answer

    def get_secret_value(self, **request: Any) -> dict[str, Any]:
        secret = self._secret(request)
        label = request.get("VersionStage", "AWSCURRENT")
        version_id = request.get("VersionId") or _holder(secret, label)
        version = secret.versions.get(version_id or "")
        if version is None or version.value is None:
            raise refusal("ResourceNotFoundException", "GetSecretValue")
        if label not in version.labels:
            raise refusal("InvalidRequestException", "GetSecretValue")
        return {"ARN": secret.arn, "VersionId": version_id, "SecretString": version.value}

    def put_secret_value(self, **request: Any) -> dict[str, Any]:
        secret, token = self._secret(request), request["ClientRequestToken"]
        if "VersionStages" in request:
            self.rotation_tokens.append(request.get("RotationToken"))
        version = secret.versions.get(token)
        if version and version.value not in {None, request["SecretString"]}:
            raise refusal("ResourceExistsException", "PutSecretValue")
        if version is None or version.value is None:
            labels = set(request.get("VersionStages", ["AWSCURRENT"]))
            if _holder(secret, "AWSCURRENT") is None:
                labels.add("AWSCURRENT")
            held = version.labels if version else set()
            version = StoredVersion(self._clock.now(), request["SecretString"], held)
            secret.versions[token] = version
            for label in labels:
                _move(secret, label, token)
        return {"ARN": secret.arn, "VersionId": token, "VersionStages": sorted(version.labels)}

    def update_secret_version_stage(self, **request: Any) -> dict[str, Any]:
        secret, label = self._secret(request), request["VersionStage"]
        holder, target = _holder(secret, label), request.get("MoveToVersionId")
        if request.get("RemoveFromVersionId") != holder and holder != target:
            raise refusal("InvalidParameterException", "UpdateSecretVersionStage")
        if target is not None and secret.versions.get(target, _EMPTY).value is None:
            raise refusal("InvalidParameterException", "UpdateSecretVersionStage")
        if target is not None:
            _move(secret, label, target)
        elif holder is not None:
            secret.versions[holder].labels.discard(label)
        _drop_empty(secret)
        return {"ARN": secret.arn, "Name": secret.name}

    def list_secret_version_ids(self, **request: Any) -> dict[str, Any]:
        versions = [
            {
                "VersionId": version_id,
                "VersionStages": sorted(version.labels),
                "CreatedDate": version.created_at,
            }
            for version_id, version in self._secret(request).versions.items()
            if version.value is not None and version.labels
        ]
        return {"Versions": versions}

    def cancel_rotate_secret(self, **request: Any) -> dict[str, Any]:
        secret = self._secret(request)
        secret.is_enabled = False
        return {"ARN": secret.arn, "Name": secret.name}

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        secret = self._secret({"SecretId": secret_id})
        secret.versions[version_id] = StoredVersion(self._clock.now())
        _move(secret, "AWSPENDING", version_id)

    def labels(self, secret_id: str) -> dict[str, list[str]]:
        """The labels of each version that has some."""
        stages: dict[str, list[str]] = self.describe_secret(SecretId=secret_id)[
            "VersionIdsToStages"
        ]
        return stages

    def value(self, secret_id: str, label: str = "AWSCURRENT") -> str:
        """The value that carries the label."""
        text: str = self.get_secret_value(SecretId=secret_id, VersionStage=label)["SecretString"]
        return text

    def _secret(self, request: Mapping[str, Any]) -> StoredSecret:
        for secret in self.secrets.values():
            if request["SecretId"] in {secret.arn, secret.name}:
                return secret
        raise refusal("ResourceNotFoundException", "DescribeSecret")


_EMPTY = StoredVersion(datetime.min)  # noqa: DTZ901 - never looked at


def refusal(code: str, operation: str) -> ClientError:
    """The error of the service; its text, like some real ones, quotes more than it should."""
    return ClientError({"Error": {"Code": code, "Message": f"{code}: CANARY-in-text"}}, operation)


def _holder(secret: StoredSecret, label: str) -> str | None:
    return next(
        (name for name, version in secret.versions.items() if label in version.labels), None
    )


def _move(secret: StoredSecret, label: str, target: str) -> None:
    holder = _holder(secret, label)
    if holder == target:
        return
    if holder is not None:
        secret.versions[holder].labels.discard(label)
    if label == "AWSCURRENT":
        secret.versions[target].labels.discard("AWSPREVIOUS")
        if holder is not None:
            _move(secret, "AWSPREVIOUS", holder)
    secret.versions[target].labels.add(label)


def _drop_empty(secret: StoredSecret) -> None:
    for name, version in list(secret.versions.items()):
        if version.value is None and not version.labels:
            del secret.versions[name]
