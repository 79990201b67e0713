"""Operations on what is said of secrets: descriptions, lists, tags, policies."""

# ruff: noqa: N803 - the parameters are Secrets Manager's

from collections.abc import Sequence
from dataclasses import replace

from hoist.secrets.answers import (
    DescribeAnswer,
    Filter,
    ListAnswer,
    Named,
    PolicyAnswer,
    Tag,
    VersionsAnswer,
)
from hoist.secrets.descriptions import described, list_entry, named, version_entry
from hoist.secrets.inputs import with_tags, without_tags
from hoist.secrets.listing import matching, ordered, page
from hoist.secrets.policies import check_policy
from hoist.secrets.refusals import operation
from hoist.secrets.repository import check_usable
from hoist.secrets.store_context import StoreOperations


class DescriptionOperations(StoreOperations):
    """Nothing in here touches a value."""

    @operation
    def describe_secret(self, *, SecretId: str) -> DescribeAnswer:
        return described(self._secrets.get(SecretId))

    @operation
    def list_secrets(
        self,
        *,
        IncludePlannedDeletion: bool = False,
        MaxResults: int | None = None,
        NextToken: str | None = None,
        Filters: Sequence[Filter] = (),
        SortOrder: str | None = None,
        SortBy: str | None = None,
    ) -> ListAnswer:
        listed = ordered(
            matching(
                self._secrets.all(with_scheduled=IncludePlannedDeletion), Filters, self._place
            ),
            by=SortBy,
            direction=SortOrder,
        )
        found, token = page(listed, size=MaxResults, token=NextToken)
        answer = ListAnswer(SecretList=[list_entry(secret) for secret in found])
        if token:
            answer["NextToken"] = token
        return answer

    @operation
    def list_secret_version_ids(
        self,
        *,
        SecretId: str,
        MaxResults: int | None = None,
        NextToken: str | None = None,
        IncludeDeprecated: bool = False,
    ) -> VersionsAnswer:
        secret = self._secrets.get(SecretId)
        listed = [
            version
            for version in secret.versions
            if version.value is not None and (version.stages or IncludeDeprecated)
        ]
        found, token = page(listed, size=MaxResults, token=NextToken)
        entries = [version_entry(secret, version) for version in found]
        answer = VersionsAnswer(ARN=secret.arn, Name=secret.name, Versions=entries)
        if token:
            answer["NextToken"] = token
        return answer

    @operation
    def tag_resource(self, *, SecretId: str, Tags: Sequence[Tag]) -> None:
        self._secrets.change(
            SecretId,
            lambda secret: replace(check_usable(secret), tags=with_tags(secret.tags, Tags)),
        )

    @operation
    def untag_resource(self, *, SecretId: str, TagKeys: Sequence[str]) -> None:
        self._secrets.change(
            SecretId,
            lambda secret: replace(check_usable(secret), tags=without_tags(secret.tags, TagKeys)),
        )

    @operation
    def put_resource_policy(
        self, *, SecretId: str, ResourcePolicy: str, BlockPublicPolicy: bool = False
    ) -> Named:
        policy = check_policy(ResourcePolicy, blocks_public=BlockPublicPolicy)
        return named(
            self._secrets.change(
                SecretId, lambda secret: replace(check_usable(secret), policy=policy)
            )
        )

    @operation
    def get_resource_policy(self, *, SecretId: str) -> PolicyAnswer:
        secret = self._secrets.get_usable(SecretId)
        answer = PolicyAnswer(ARN=secret.arn, Name=secret.name)
        if secret.policy is not None:
            answer["ResourcePolicy"] = secret.policy
        return answer

    @operation
    def delete_resource_policy(self, *, SecretId: str) -> Named:
        return named(
            self._secrets.change(
                SecretId, lambda secret: replace(check_usable(secret), policy=None)
            )
        )
