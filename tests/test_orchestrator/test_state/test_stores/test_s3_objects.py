"""What is special about objects in a bucket."""

import pytest

from orchestrator.state.stores.errors import StoreSetupError
from storages import AwsPlace


def test_a_bucket_without_versions_is_refused(place: AwsPlace) -> None:
    """A bucket that would overwrite history is a fault of the setup, on reads and writes."""
    place.s3.create_bucket(
        Bucket="plain", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    place.s3.put_object(Bucket="plain", Key="old", Body=b"")
    plain = AwsPlace(place.dynamodb, place.s3, place.table, "plain")

    with pytest.raises(StoreSetupError, match="keeps no versions"):
        plain.open().objects.put("new", b"", if_etag=None)
    with pytest.raises(StoreSetupError, match="keeps no versions"):
        plain.open().objects.get("old")


def test_an_object_of_pulumi_is_an_object(place: AwsPlace) -> None:
    """What another program put into the bucket is read and replaced like our own."""
    place.s3.put_object(Bucket=place.bucket, Key="stack.json", Body=b"theirs")
    objects = place.open().objects

    found = objects.get("stack.json")
    assert found is not None
    objects.put("stack.json", b"ours", if_etag=found.etag)

    answer = place.s3.get_object(Bucket=place.bucket, Key="stack.json")
    assert answer["Body"].read() == b"ours"


def test_a_delete_marker_is_no_version(place: AwsPlace) -> None:
    """The version that a delete leaves behind has no body: there is none."""
    objects = place.open().objects
    objects.put("key", b"", if_etag=None)
    marker = place.s3.delete_object(Bucket=place.bucket, Key="key")["VersionId"]

    assert objects.get("key", version_id=marker) is None
