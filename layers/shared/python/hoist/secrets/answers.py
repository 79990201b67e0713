"""What the operations take and answer, as boto3 has it. Absent keys are absent, not None."""

from datetime import datetime
from typing import NotRequired, TypedDict


class Tag(TypedDict, total=False):
    Key: str
    Value: str


class Filter(TypedDict, total=False):
    Key: str
    Values: list[str]


class RotationRulesShape(TypedDict, total=False):
    AutomaticallyAfterDays: int
    Duration: str
    ScheduleExpression: str


class Named(TypedDict):
    """Which secret it was."""

    ARN: str
    Name: str


class Versioned(Named):
    """Which secret and, if the call made or touched one, which version."""

    VersionId: NotRequired[str]


class PutValueAnswer(Named):
    VersionId: str
    VersionStages: list[str]


class ValueAnswer(Named):
    """A value: exactly one of SecretString and SecretBinary is there."""

    VersionId: str
    VersionStages: list[str]
    CreatedDate: datetime
    SecretString: NotRequired[str]
    SecretBinary: NotRequired[bytes]


class BatchError(TypedDict):
    SecretId: str
    ErrorCode: str
    Message: str


class BatchAnswer(TypedDict):
    SecretValues: list[ValueAnswer]
    Errors: list[BatchError]
    NextToken: NotRequired[str]


class SecretDetails(Named):
    """What describe and list have in common."""

    CreatedDate: datetime
    LastChangedDate: datetime
    Description: NotRequired[str]
    KmsKeyId: NotRequired[str]
    Tags: NotRequired[list[Tag]]
    RotationEnabled: NotRequired[bool]
    RotationLambdaARN: NotRequired[str]
    RotationRules: NotRequired[RotationRulesShape]
    LastRotatedDate: NotRequired[datetime]
    LastAccessedDate: NotRequired[datetime]
    DeletedDate: NotRequired[datetime]


class DescribeAnswer(SecretDetails):
    VersionIdsToStages: NotRequired[dict[str, list[str]]]


class SecretListEntry(SecretDetails):
    SecretVersionsToStages: NotRequired[dict[str, list[str]]]


class ListAnswer(TypedDict):
    SecretList: list[SecretListEntry]
    NextToken: NotRequired[str]


class VersionEntry(TypedDict):
    VersionId: str
    CreatedDate: datetime
    VersionStages: NotRequired[list[str]]
    LastAccessedDate: NotRequired[datetime]
    KmsKeyIds: NotRequired[list[str]]


class VersionsAnswer(Named):
    Versions: list[VersionEntry]
    NextToken: NotRequired[str]


class DeleteAnswer(Named):
    DeletionDate: datetime


class PolicyAnswer(Named):
    ResourcePolicy: NotRequired[str]


class PasswordAnswer(TypedDict):
    RandomPassword: str
