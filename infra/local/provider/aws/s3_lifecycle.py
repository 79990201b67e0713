"""aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration."""

from typing import Any

from local.provider.aws.fields import Field, from_aws, to_aws, without_nulls
from local.provider.aws.resource_type import REGION, Form, Input, ResourceType
from local.provider.aws.s3_setting import BUCKET_INPUT, BucketSetting
from local.provider.values import Properties

_LIFECYCLE_FIELDS = (
    Field("id", "ID"),
    Field("status", "Status"),
    Field("prefix", "Prefix"),
    Field(
        "filter",
        "Filter",
        (
            Field("prefix", "Prefix"),
            Field("tag", "Tag", (Field("key", "Key"), Field("value", "Value"))),
            Field("objectSizeGreaterThan", "ObjectSizeGreaterThan"),
            Field("objectSizeLessThan", "ObjectSizeLessThan"),
        ),
    ),
    Field(
        "abortIncompleteMultipartUpload",
        "AbortIncompleteMultipartUpload",
        (Field("daysAfterInitiation", "DaysAfterInitiation"),),
    ),
    Field(
        "expiration",
        "Expiration",
        (
            Field("days", "Days"),
            Field("expiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        ),
    ),
    Field(
        "noncurrentVersionExpiration",
        "NoncurrentVersionExpiration",
        (
            Field("noncurrentDays", "NoncurrentDays"),
            Field("newerNoncurrentVersions", "NewerNoncurrentVersions"),
        ),
    ),
    Field(
        "transitions",
        "Transitions",
        (Field("days", "Days"), Field("storageClass", "StorageClass")),
    ),
    Field(
        "noncurrentVersionTransitions",
        "NoncurrentVersionTransitions",
        (
            Field("noncurrentDays", "NoncurrentDays"),
            Field("storageClass", "StorageClass"),
            Field("newerNoncurrentVersions", "NewerNoncurrentVersions"),
        ),
    ),
)


class _Lifecycle(BucketSetting):
    def _put(self, bucket: str, inputs: Properties) -> None:
        rules: list[Any] = to_aws(_LIFECYCLE_FIELDS, inputs["rules"])
        for rule in rules:
            if "Prefix" not in rule and not rule.get("Filter"):
                rule["Filter"] = {"Prefix": ""}  # S3 wants one of the two; this is "everything"
        self._s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": rules}
        )

    def _get(self, bucket: str) -> Properties:
        answer = self._s3.get_bucket_lifecycle_configuration(Bucket=bucket)
        return {"rules": from_aws(_LIFECYCLE_FIELDS, list(answer["Rules"]))}

    def _remove(self, bucket: str) -> None:
        self._s3.delete_bucket_lifecycle(Bucket=bucket)


def _tidy_lifecycle(value: Any) -> Any:
    """A rule without a filter, or with an empty one, is for every object."""
    if not isinstance(value, list):
        return value
    return [_without_empty_filter(rule) for rule in without_nulls(value)]


def _without_empty_filter(rule: Any) -> Any:
    if not isinstance(rule, dict):
        return rule
    empty: tuple[Any, ...] = ({}, {"prefix": ""})
    return {k: v for k, v in rule.items() if not (k == "filter" and v in empty)}


LIFECYCLE = ResourceType(
    token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    operations=_Lifecycle,
    inputs=(
        BUCKET_INPUT,
        REGION,
        Input(
            "rules",
            required=True,
            form=Form.SET,
            fields=_LIFECYCLE_FIELDS,
            tidy=_tidy_lifecycle,
        ),
    ),
    identity=("bucket",),
)

TYPES = (LIFECYCLE,)
