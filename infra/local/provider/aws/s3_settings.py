"""The small settings of a bucket: versioning, encryption, public access, policy."""

from typing import Any, cast

from local.provider.aws.fields import Field, from_aws, to_aws, without_nulls
from local.provider.aws.resource_type import REGION, Form, Input, ResourceType
from local.provider.aws.s3_setting import BUCKET_INPUT, BucketSetting
from local.provider.values import Properties

_VERSIONING_FIELDS = (Field("status", "Status"), Field("mfaDelete", "MFADelete"))


class _Versioning(BucketSetting):
    def _put(self, bucket: str, inputs: Properties) -> None:
        wanted = to_aws(_VERSIONING_FIELDS, inputs["versioningConfiguration"])
        # "Disabled" is the name for a bucket that never had versions; S3 has no call for it.
        if wanted["Status"] != "Disabled":
            self._s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=wanted)

    def _get(self, bucket: str) -> Properties:
        answer = cast(dict[str, Any], self._s3.get_bucket_versioning(Bucket=bucket))
        found = from_aws(_VERSIONING_FIELDS, answer)
        return {"versioningConfiguration": {"status": "Disabled", **found}}

    def _remove(self, bucket: str) -> None:
        # Versions cannot be undone, only suspended.
        if self._s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
            self._s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
            )


def _tidy_versioning(value: Any) -> Any:
    """Deleting with a second factor is off unless it is on."""
    if isinstance(value, dict):
        return {
            k: v for k, v in without_nulls(value).items() if (k, v) != ("mfaDelete", "Disabled")
        }
    return value


VERSIONING = ResourceType(
    token="aws:s3/bucketVersioning:BucketVersioning",
    operations=_Versioning,
    inputs=(
        BUCKET_INPUT,
        REGION,
        Input(
            "versioningConfiguration",
            required=True,
            fields=_VERSIONING_FIELDS,
            tidy=_tidy_versioning,
        ),
    ),
    identity=("bucket",),
)

_ENCRYPTION_FIELDS = (
    Field(
        "applyServerSideEncryptionByDefault",
        "ApplyServerSideEncryptionByDefault",
        (Field("sseAlgorithm", "SSEAlgorithm"), Field("kmsMasterKeyId", "KMSMasterKeyID")),
    ),
    Field("bucketKeyEnabled", "BucketKeyEnabled"),
)


class _Encryption(BucketSetting):
    def _put(self, bucket: str, inputs: Properties) -> None:
        self._s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": to_aws(_ENCRYPTION_FIELDS, inputs["rules"])
            },
        )

    def _get(self, bucket: str) -> Properties:
        answer = self._s3.get_bucket_encryption(Bucket=bucket)
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
        return {"rules": from_aws(_ENCRYPTION_FIELDS, list(rules))}

    def _remove(self, bucket: str) -> None:
        self._s3.delete_bucket_encryption(Bucket=bucket)


def _tidy_encryption(value: Any) -> Any:
    """A bucket key is not used unless asked for."""
    if not isinstance(value, list):
        return value
    return [
        {"bucketKeyEnabled": False, **rule} if isinstance(rule, dict) else rule
        for rule in without_nulls(value)
    ]


ENCRYPTION = ResourceType(
    token=(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ),
    operations=_Encryption,
    inputs=(
        BUCKET_INPUT,
        REGION,
        Input("rules", required=True, fields=_ENCRYPTION_FIELDS, tidy=_tidy_encryption),
    ),
    identity=("bucket",),
)

_ACCESS_FIELDS = (
    Field("blockPublicAcls", "BlockPublicAcls"),
    Field("blockPublicPolicy", "BlockPublicPolicy"),
    Field("ignorePublicAcls", "IgnorePublicAcls"),
    Field("restrictPublicBuckets", "RestrictPublicBuckets"),
)


class _PublicAccess(BucketSetting):
    def _put(self, bucket: str, inputs: Properties) -> None:
        self._s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=to_aws(_ACCESS_FIELDS, inputs)
        )

    def _get(self, bucket: str) -> Properties:
        answer = self._s3.get_public_access_block(Bucket=bucket)
        found: Properties = from_aws(_ACCESS_FIELDS, dict(answer["PublicAccessBlockConfiguration"]))
        return found

    def _remove(self, bucket: str) -> None:
        self._s3.delete_public_access_block(Bucket=bucket)


PUBLIC_ACCESS = ResourceType(
    token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    operations=_PublicAccess,
    inputs=(BUCKET_INPUT, REGION, *(Input(field.name, default=False) for field in _ACCESS_FIELDS)),
    identity=("bucket",),
)


class _Policy(BucketSetting):
    def _put(self, bucket: str, inputs: Properties) -> None:
        self._s3.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def _get(self, bucket: str) -> Properties:
        return {"policy": self._s3.get_bucket_policy(Bucket=bucket)["Policy"]}

    def _remove(self, bucket: str) -> None:
        self._s3.delete_bucket_policy(Bucket=bucket)


POLICY = ResourceType(
    token="aws:s3/bucketPolicy:BucketPolicy",
    operations=_Policy,
    inputs=(BUCKET_INPUT, REGION, Input("policy", required=True, form=Form.JSON_TEXT)),
    identity=("bucket",),
)

TYPES = (VERSIONING, ENCRYPTION, PUBLIC_ACCESS, POLICY)
