"""Stored secrets as the answers of the operations."""

from datetime import UTC, date, datetime, time

from hoist.secrets.answers import (
    DescribeAnswer,
    Named,
    SecretDetails,
    SecretListEntry,
    ValueAnswer,
    Versioned,
    VersionEntry,
)
from hoist.secrets.model import SecretVersion, StoredSecret
from hoist.secrets.rotation_rules import shape_of
from hoist.secrets.sealing import Plaintext, ValueKind

# What Secrets Manager calls the key of secrets that name none.
_DEFAULT_KEY = "DefaultEncryptionKey"


def named(secret: StoredSecret) -> Named:
    return {"ARN": secret.arn, "Name": secret.name}


def versioned(secret: StoredSecret, version_id: str | None) -> Versioned:
    answer = Versioned(ARN=secret.arn, Name=secret.name)
    if version_id is not None:
        answer["VersionId"] = version_id
    return answer


def value_answer(secret: StoredSecret, version: SecretVersion, value: Plaintext) -> ValueAnswer:
    answer = ValueAnswer(
        ARN=secret.arn,
        Name=secret.name,
        VersionId=version.version_id,
        VersionStages=sorted(version.stages),
        CreatedDate=version.created_at,
    )
    if value.kind is ValueKind.TEXT:
        answer["SecretString"] = value.data.decode()
    else:
        answer["SecretBinary"] = value.data
    return answer


def described(secret: StoredSecret) -> DescribeAnswer:
    answer = DescribeAnswer(
        ARN=secret.arn,
        Name=secret.name,
        CreatedDate=secret.created_at,
        LastChangedDate=secret.changed_at,
    )
    _add_details(answer, secret)
    stages = _stages_by_version(secret)
    if stages:
        answer["VersionIdsToStages"] = stages
    return answer


def list_entry(secret: StoredSecret) -> SecretListEntry:
    entry = SecretListEntry(
        ARN=secret.arn,
        Name=secret.name,
        CreatedDate=secret.created_at,
        LastChangedDate=secret.changed_at,
    )
    _add_details(entry, secret)
    stages = _stages_by_version(secret)
    if stages:
        entry["SecretVersionsToStages"] = stages
    return entry


def version_entry(secret: StoredSecret, version: SecretVersion) -> VersionEntry:
    entry = VersionEntry(
        VersionId=version.version_id,
        CreatedDate=version.created_at,
        KmsKeyIds=[secret.kms_key_id or _DEFAULT_KEY],
    )
    if version.stages:
        entry["VersionStages"] = sorted(version.stages)
    if version.last_accessed_on:
        entry["LastAccessedDate"] = _midnight(version.last_accessed_on)
    return entry


def _add_details(details: SecretDetails, secret: StoredSecret) -> None:
    if secret.description:
        details["Description"] = secret.description
    if secret.kms_key_id:
        details["KmsKeyId"] = secret.kms_key_id
    if secret.tags:
        details["Tags"] = [{"Key": key, "Value": value} for key, value in secret.tags.items()]
    if secret.last_accessed_on:
        details["LastAccessedDate"] = _midnight(secret.last_accessed_on)
    if secret.deletion_due_at:
        details["DeletedDate"] = secret.deletion_due_at
    _add_rotation(details, secret)


def _add_rotation(details: SecretDetails, secret: StoredSecret) -> None:
    if secret.rotation is not None:
        details["RotationEnabled"] = secret.rotation.is_enabled
        details["RotationLambdaARN"] = secret.rotation.function_arn
        details["RotationRules"] = shape_of(secret.rotation.rules)
    if secret.last_rotated_at:
        details["LastRotatedDate"] = secret.last_rotated_at


def _stages_by_version(secret: StoredSecret) -> dict[str, list[str]]:
    return {
        version.version_id: sorted(version.stages) for version in secret.versions if version.stages
    }


def _midnight(day: date) -> datetime:
    """Reads are dated to the day, as Secrets Manager dates them."""
    return datetime.combine(day, time(), UTC)
