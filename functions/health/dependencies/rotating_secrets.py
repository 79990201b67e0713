"""Secrets that rotate: what their store tells of them, and none of their values.

At AWS one request in a minute tells all that is needed; each more is paid for. Only of what does
not tell when it rotates next, as other stores do not, more is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from health.dependencies.answers import aws_answers
from hoist.rotation_engine.windows import schedule
from hoist.secrets.client import SecretsClient

LIST = "secretsmanager:ListSecrets"
DESCRIBE = "secretsmanager:DescribeSecret"
LIST_VERSIONS = "secretsmanager:ListSecretVersionIds"

CURRENT = "AWSCURRENT"
PENDING = "AWSPENDING"

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotatingSecret:
    """A secret with rotation switched on."""

    arn: str
    name: str
    changed_at: datetime
    due_at: datetime | None
    """As Secrets Manager tells it; None where it does not."""
    current_version: str
    open_version: str
    """The version that a rotation has begun and not promoted; empty if there is none."""


@dataclass(frozen=True, slots=True)
class SecretShelf:
    """The secrets whose names begin alike."""

    client: SecretsClient
    prefix: str

    def rotating(self) -> Iterator[RotatingSecret]:
        """Those that rotate and are not to be deleted; raises LookErrors."""
        for told in self._listed():
            # AWS finds the beginning of any part of a name.
            if told["Name"].startswith(self.prefix) and told.get("RotationEnabled"):
                yield _secret(told)

    def due_at(self, secret: RotatingSecret) -> datetime | None:
        """By when it has to have rotated; None if no rule says so.

        Raises LookErrors, ScheduleInvalidError.
        """
        if secret.due_at is not None:
            return secret.due_at
        with aws_answers(DESCRIBE, secret.arn):
            described: Told = self.client.describe_secret(SecretId=secret.arn)
        rules = described.get("RotationRules")
        if not rules:
            return None
        stored_at = self.value_stored_at(secret, secret.current_version)
        rotated_at = stored_at or described["CreatedDate"]
        window = schedule(rules).next_window(rotated_at=rotated_at, now=rotated_at)
        return window.closes_at if window else None

    def value_stored_at(self, secret: RotatingSecret, version_id: str) -> datetime | None:
        """When the version got its value; None if it has none. Raises LookErrors."""
        for version in self._versions(secret.arn):
            if version["VersionId"] == version_id:
                created_at: datetime = version["CreatedDate"]
                return created_at
        return None

    def _listed(self) -> Iterator[Told]:
        request: dict[str, Any] = {"Filters": [{"Key": "name", "Values": [self.prefix]}]}
        while True:
            with aws_answers(LIST, self.prefix):
                answer = self.client.list_secrets(**request)
            yield from answer["SecretList"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]

    def _versions(self, arn: str) -> Iterator[Told]:
        request: dict[str, Any] = {"SecretId": arn}
        while True:
            with aws_answers(LIST_VERSIONS, arn):
                answer = self.client.list_secret_version_ids(**request)
            yield from answer["Versions"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]


def _secret(told: Told) -> RotatingSecret:
    labels: Mapping[str, Sequence[str]] = told.get("SecretVersionsToStages") or {}
    return RotatingSecret(
        arn=told["ARN"],
        name=told["Name"],
        changed_at=told.get("LastChangedDate") or told["CreatedDate"],
        due_at=told.get("NextRotationDate"),
        current_version=next((each for each, held in labels.items() if CURRENT in held), ""),
        # Secrets Manager may leave this label on a version that has become the current one.
        open_version=next(
            (each for each, held in labels.items() if PENDING in held and CURRENT not in held), ""
        ),
    )
