"""What a store tells of a secret without giving any value away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hoist.rotation_engine.windows import schedule
from hoist.secrets.client import SecretsClient
from rotation.choice import STRATEGY_TAG
from rotation.doctor.asking import asking
from rotation.steps import SecretFacts, Stage


@dataclass(frozen=True, slots=True)
class Version:
    """One version. A version that a rotation has not filled yet has no date."""

    version_id: str
    labels: frozenset[str]
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecretRecord:
    """A secret: its versions, youngest first, and the rules of its rotation."""

    arn: str
    name: str
    created_at: datetime
    changed_at: datetime
    versions: tuple[Version, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    # None where nobody ever configured a rotation.
    rotation_enabled: bool | None = None
    function_arn: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    deletion_at: datetime | None = None

    @property
    def facts(self) -> SecretFacts:
        """The secret as the rotation function sees it."""
        labels = {each.version_id: each.labels for each in self.versions if each.labels}
        return SecretFacts(self.arn, labels, self.rotation_enabled, self.tags)

    @property
    def strategy_tag(self) -> str:
        return self.tags.get(STRATEGY_TAG, "")

    def with_stage(self, stage: Stage) -> Version | None:
        return next((each for each in self.versions if stage in each.labels), None)

    @property
    def rotated_at(self) -> datetime:
        """Since when the current value stands; a value stored by hand counts."""
        current = self.with_stage(Stage.CURRENT)
        return (current.created_at if current else None) or self.created_at

    def overdue_since(self, now: datetime) -> datetime | None:
        """When the first window closed in which it should have rotated; None if it is in time.

        Raises ScheduleInvalidError.
        """
        if not self.rotation_enabled or not self.rules:
            return None
        due = schedule(self.rules).next_window(rotated_at=self.rotated_at, now=self.rotated_at)
        return due.closes_at if due and due.closes_at <= now else None


def read_record(client: SecretsClient, secret_id: str, *, with_old: bool = False) -> SecretRecord:
    """The secret, on request with versions that bear no label; raises SecretMissingError."""
    with asking("DescribeSecret", secret_id):
        described = client.describe_secret(SecretId=secret_id)
    dates: dict[str, datetime] = {}
    labels = {each: frozenset(held) for each, held in _labels(described).items()}
    for listed in _versions(client, described["ARN"], with_old=with_old):
        dates[listed["VersionId"]] = listed["CreatedDate"]
        labels.setdefault(listed["VersionId"], frozenset(listed.get("VersionStages", ())))
    versions = [Version(each, held, dates.get(each)) for each, held in labels.items()]
    return SecretRecord(
        arn=described["ARN"],
        name=described["Name"],
        created_at=described["CreatedDate"],
        # Absent at AWS as long as nothing was changed.
        changed_at=described.get("LastChangedDate") or described["CreatedDate"],
        versions=_youngest_first(versions),
        tags={tag["Key"]: tag.get("Value", "") for tag in described.get("Tags", ())},
        rotation_enabled=described.get("RotationEnabled"),
        function_arn=described.get("RotationLambdaARN", ""),
        rules=dict(described.get("RotationRules", {})),
        deletion_at=described.get("DeletedDate"),
    )


def read_names(client: SecretsClient) -> Sequence[str]:
    """The names of all secrets, in order."""
    names: list[str] = []
    request: dict[str, Any] = {}
    while True:
        with asking("ListSecrets"):
            answer = client.list_secrets(**request)
        names += [each["Name"] for each in answer["SecretList"]]
        if not answer.get("NextToken"):
            return sorted(names)
        request = {"NextToken": answer["NextToken"]}


def _versions(client: SecretsClient, arn: str, *, with_old: bool) -> Iterator[Any]:
    request: dict[str, Any] = {"SecretId": arn, "IncludeDeprecated": with_old}
    while True:
        with asking("ListSecretVersionIds", arn):
            answer = client.list_secret_version_ids(**request)
        yield from answer["Versions"]
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _labels(described: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    found: Mapping[str, Sequence[str]] = described.get("VersionIdsToStages") or {}
    return found


def _youngest_first(versions: Sequence[Version]) -> tuple[Version, ...]:
    dated = [each for each in versions if each.created_at]
    # What has no value yet is younger than what has one.
    undated = [each for each in versions if not each.created_at]
    dated.sort(key=lambda each: str(each.created_at), reverse=True)
    return (*undated, *dated)
