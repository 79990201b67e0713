"""The seam to secrets: boto3's client of Secrets Manager, as far as a store can be one.

A boto3 client satisfies this as it is. Errors are botocore ClientErrors; callers tell them apart
by `error.response["Error"]["Code"]`.
"""

# ruff: noqa: N803 - the parameters are Secrets Manager's

from collections.abc import Sequence
from typing import Protocol

from hoist.secrets.answers import (
    BatchAnswer,
    DeleteAnswer,
    DescribeAnswer,
    Filter,
    ListAnswer,
    Named,
    PasswordAnswer,
    PolicyAnswer,
    PutValueAnswer,
    RotationRulesShape,
    Tag,
    ValueAnswer,
    Versioned,
    VersionsAnswer,
)


class SecretsClient(Protocol):
    """Secrets Manager's operations, without replicas and secrets that services manage."""

    def create_secret(
        self,
        *,
        Name: str,
        ClientRequestToken: str = ...,
        Description: str = ...,
        KmsKeyId: str = ...,
        SecretBinary: bytes = ...,
        SecretString: str = ...,
        Tags: Sequence[Tag] = ...,
    ) -> Versioned: ...

    def get_secret_value(
        self, *, SecretId: str, VersionId: str = ..., VersionStage: str = ...
    ) -> ValueAnswer: ...

    def batch_get_secret_value(
        self,
        *,
        SecretIdList: Sequence[str] = ...,
        Filters: Sequence[Filter] = ...,
        MaxResults: int = ...,
        NextToken: str = ...,
    ) -> BatchAnswer: ...

    def put_secret_value(
        self,
        *,
        SecretId: str,
        ClientRequestToken: str = ...,
        SecretBinary: bytes = ...,
        SecretString: str = ...,
        VersionStages: Sequence[str] = ...,
        RotationToken: str = ...,
    ) -> PutValueAnswer: ...

    def update_secret(
        self,
        *,
        SecretId: str,
        ClientRequestToken: str = ...,
        Description: str = ...,
        KmsKeyId: str = ...,
        SecretBinary: bytes = ...,
        SecretString: str = ...,
    ) -> Versioned: ...

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,
        VersionStage: str,
        RemoveFromVersionId: str = ...,
        MoveToVersionId: str = ...,
    ) -> Named: ...

    def describe_secret(self, *, SecretId: str) -> DescribeAnswer: ...

    def list_secrets(
        self,
        *,
        IncludePlannedDeletion: bool = ...,
        MaxResults: int = ...,
        NextToken: str = ...,
        Filters: Sequence[Filter] = ...,
        SortOrder: str = ...,
        SortBy: str = ...,
    ) -> ListAnswer: ...

    def list_secret_version_ids(
        self,
        *,
        SecretId: str,
        MaxResults: int = ...,
        NextToken: str = ...,
        IncludeDeprecated: bool = ...,
    ) -> VersionsAnswer: ...

    def delete_secret(
        self,
        *,
        SecretId: str,
        RecoveryWindowInDays: int = ...,
        ForceDeleteWithoutRecovery: bool = ...,
    ) -> DeleteAnswer: ...

    def restore_secret(self, *, SecretId: str) -> Named: ...

    def rotate_secret(
        self,
        *,
        SecretId: str,
        ClientRequestToken: str = ...,
        RotationLambdaARN: str = ...,
        RotationRules: RotationRulesShape = ...,
        RotateImmediately: bool = ...,
    ) -> Versioned: ...

    def cancel_rotate_secret(self, *, SecretId: str) -> Versioned: ...

    def tag_resource(self, *, SecretId: str, Tags: Sequence[Tag]) -> object: ...

    def untag_resource(self, *, SecretId: str, TagKeys: Sequence[str]) -> object: ...

    def put_resource_policy(
        self, *, SecretId: str, ResourcePolicy: str, BlockPublicPolicy: bool = ...
    ) -> Named: ...

    def get_resource_policy(self, *, SecretId: str) -> PolicyAnswer: ...

    def delete_resource_policy(self, *, SecretId: str) -> Named: ...

    def get_random_password(
        self,
        *,
        PasswordLength: int = ...,
        ExcludeCharacters: str = ...,
        ExcludeNumbers: bool = ...,
        ExcludePunctuation: bool = ...,
        ExcludeUppercase: bool = ...,
        ExcludeLowercase: bool = ...,
        IncludeSpace: bool = ...,
        RequireEachIncludedType: bool = ...,
    ) -> PasswordAnswer: ...
