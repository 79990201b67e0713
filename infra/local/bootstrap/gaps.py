"""What the emulator's CloudFormation accepts and then drops, set by API from the same template.

On AWS there is nothing to do here; on the emulator a local check of encryption, lifecycle, expiry
or backups would otherwise look at less than what the template says, and no head of the audit could
be locked.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.bootstrap.template import resolve

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_NOTHING_SET = frozenset(
    {
        "NoSuchLifecycleConfiguration",
        "NoSuchTagSet",
        "ObjectLockConfigurationNotFoundError",
    }
)
_CONCERNED = (
    "BucketEncryption",
    "LifecycleConfiguration",
    "ObjectLockConfiguration",
    "PointInTimeRecoverySpecification",
    "Tags",
    "TimeToLiveSpecification",
)


def close_gaps(
    template: Mapping[str, Any],
    *,
    parameters: Mapping[str, str],
    outputs: Mapping[str, str],
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
) -> tuple[str, ...]:
    """Set what is missing on buckets and table; returns the names of what was set."""
    names = {
        **_defaults(template),
        **parameters,
        "StateKey.Arn": outputs["StateKeyArn"],
    }
    state = _Bucket(outputs["StateBucket"], s3, _wanted(template, "StateBucket", names))
    audit = _Bucket(outputs["AuditBucket"], s3, _wanted(template, "AuditBucket", names))
    table = _Table(outputs["StateTable"], dynamodb, _wanted(template, "StateTable", names))
    steps = {
        "state bucket encryption": state.encrypt,
        "state bucket lifecycle": state.set_lifecycle,
        "state bucket tags": state.tag,
        "audit bucket lock": audit.lock_objects,
        "audit bucket tags": audit.tag,
        "table backups": table.keep_backups,
        "table expiry": table.expire_items,
    }
    return tuple(name for name, close in steps.items() if close())


def _defaults(template: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: parameter["Default"]
        for name, parameter in template["Parameters"].items()
        if "Default" in parameter
    }


def _wanted(
    template: Mapping[str, Any], resource: str, names: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The properties that are set here, without references to anything else."""
    properties = template["Resources"][resource]["Properties"]
    wanted: Mapping[str, Any] = resolve(
        {key: value for key, value in properties.items() if key in _CONCERNED}, names
    )
    return wanted


class _Bucket:
    """Each method sets one thing if it is not what the template says, and tells whether it did."""

    def __init__(self, name: str, s3: "S3Client", wanted: Mapping[str, Any]) -> None:
        self._name = name
        self._s3 = s3
        self._wanted = wanted

    def encrypt(self) -> bool:
        (rule,) = self._wanted["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        wanted: Any = {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule["BucketKeyEnabled"],
        }
        found = self._s3.get_bucket_encryption(Bucket=self._name)
        if found["ServerSideEncryptionConfiguration"]["Rules"] == [wanted]:
            return False
        self._s3.put_bucket_encryption(
            Bucket=self._name,
            ServerSideEncryptionConfiguration={"Rules": [wanted]},
        )
        return True

    def lock_objects(self) -> bool:
        wanted = self._wanted["ObjectLockConfiguration"]
        if self._found("get_object_lock_configuration", "ObjectLockConfiguration") == wanted:
            return False
        self._s3.put_object_lock_configuration(Bucket=self._name, ObjectLockConfiguration=wanted)
        return True

    def set_lifecycle(self) -> bool:
        wanted = self._wanted["LifecycleConfiguration"]["Rules"]
        rules: list[Any] = [_lifecycle_rule(rule) for rule in wanted]
        if self._found("get_bucket_lifecycle_configuration", "Rules") == rules:
            return False
        self._s3.put_bucket_lifecycle_configuration(
            Bucket=self._name,
            LifecycleConfiguration={"Rules": rules},
        )
        return True

    def tag(self) -> bool:
        tags = self._wanted["Tags"]
        found = self._found("get_bucket_tagging", "TagSet") or []
        if all(tag in found for tag in tags):
            return False
        self._s3.put_bucket_tagging(Bucket=self._name, Tagging={"TagSet": tags})
        return True

    def _found(self, call: str, part: str) -> Any:
        """What is set, or None; S3 answers with an error when nothing was."""
        try:
            answer: dict[str, Any] = getattr(self._s3, call)(Bucket=self._name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOTHING_SET:
                return None
            raise
        return answer[part]


class _Table:
    """As _Bucket, for the table."""

    def __init__(self, name: str, dynamodb: "DynamoDBClient", wanted: Mapping[str, Any]) -> None:
        self._name = name
        self._dynamodb = dynamodb
        self._wanted = wanted

    def keep_backups(self) -> bool:
        found = self._dynamodb.describe_continuous_backups(TableName=self._name)
        recovery = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        if recovery["PointInTimeRecoveryStatus"] == "ENABLED":
            return False
        self._dynamodb.update_continuous_backups(
            TableName=self._name,
            PointInTimeRecoverySpecification=self._wanted["PointInTimeRecoverySpecification"],
        )
        return True

    def expire_items(self) -> bool:
        found = self._dynamodb.describe_time_to_live(TableName=self._name)
        if found["TimeToLiveDescription"]["TimeToLiveStatus"] in ("ENABLED", "ENABLING"):
            return False
        self._dynamodb.update_time_to_live(
            TableName=self._name,
            TimeToLiveSpecification=self._wanted["TimeToLiveSpecification"],
        )
        return True


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's words for a rule in those of the API."""
    same = ("Status", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")
    words: dict[str, Any] = {
        "ID": rule["Id"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        **{key: rule[key] for key in same if key in rule},
    }
    if rule.get("ExpiredObjectDeleteMarker"):
        words["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    return words
