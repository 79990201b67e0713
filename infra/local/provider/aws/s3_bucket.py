"""aws:s3/bucket:Bucket. What a bucket is set to has types of its own, see s3_settings.py."""

from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.resource_type import REGION, TAGS, Input, ResourceType
from local.provider.aws.tags import as_list, as_mapping
from local.provider.errors import ResourceRefusedError
from local.provider.naming import NamingRule
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# S3 does not take this region's name as a location: it is the one that is meant by none.
_FIRST_REGION = "us-east-1"
# The zone of S3's website endpoints there; DNS records in programs point at it.
_HOSTED_ZONES = {_FIRST_REGION: "Z3AQBSTGFYJSTF"}


class _Buckets:
    def __init__(self, clients: Clients) -> None:
        self._s3 = clients.s3()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        bucket: str = inputs["bucket"]
        # In the first region S3 answers a second create with success.
        if if_there(lambda: self._s3.head_bucket(Bucket=bucket)) is not None:
            raise ResourceRefusedError(
                f"the bucket {bucket} exists already", way_out="import it, or choose another name"
            )
        arguments: dict[str, Any] = {}
        if self._region != _FIRST_REGION:
            arguments["CreateBucketConfiguration"] = {"LocationConstraint": self._region}
        self._s3.create_bucket(
            Bucket=bucket, ObjectLockEnabledForBucket=inputs["objectLockEnabled"], **arguments
        )
        return bucket

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        if "tags" not in changed:
            return
        if inputs["tags"]:
            tagging: Any = {"TagSet": as_list(inputs["tags"])}
            self._s3.put_bucket_tagging(Bucket=resource_id, Tagging=tagging)
        else:
            self._s3.delete_bucket_tagging(Bucket=resource_id)

    def read(self, resource_id: str) -> Properties | None:
        if if_there(lambda: self._s3.head_bucket(Bucket=resource_id)) is None:
            return None
        tagging = if_there(lambda: self._s3.get_bucket_tagging(Bucket=resource_id))
        return {
            "bucket": resource_id,
            "region": self._region,
            "objectLockEnabled": self._has_object_lock(resource_id),
            "tags": as_mapping(tagging["TagSet"]) if tagging else {},
            "arn": f"arn:aws:s3:::{resource_id}",
            "bucketDomainName": f"{resource_id}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{resource_id}.s3.{self._region}.amazonaws.com",
            "bucketRegion": self._region,
            "hostedZoneId": _HOSTED_ZONES.get(self._region),
        }

    def delete(self, resource_id: str, inputs: Properties) -> None:
        if inputs["forceDestroy"]:
            if_there(lambda: _empty(self._s3, resource_id))
        if_there(lambda: self._s3.delete_bucket(Bucket=resource_id))

    def _has_object_lock(self, bucket: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            answer = self._s3.get_object_lock_configuration(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"].get("Code") != "ObjectLockConfigurationNotFoundError":
                raise
            return False
        return answer["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"


def _empty(s3: "S3Client", bucket: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        listed: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects: Any = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


BUCKET = ResourceType(
    token="aws:s3/bucket:Bucket",
    operations=_Buckets,
    inputs=(
        Input("bucket", replaces=True),
        Input("bucketPrefix", replaces=True),
        Input("forceDestroy", default=False),
        Input("objectLockEnabled", default=False, replaces=True),
        REGION,
        TAGS,
    ),
    computed=(
        "arn",
        "bucketDomainName",
        "bucketRegion",
        "bucketRegionalDomainName",
        "hostedZoneId",
    ),
    naming=NamingRule(
        max_length=63, property="bucket", prefix_property="bucketPrefix", lower_case=True
    ),
    identity=("bucket",),
    derived=dict.fromkeys(("arn", "bucketDomainName", "bucketRegionalDomainName"), "bucket"),
)

TYPES = (BUCKET,)
