"""Packages in a bucket."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from aws_faults import timed_out
from building.errors import PackagesNotPublishedError
from building.packages import Package, sha256_of
from building.publishing import publish_packages
from storages import AwsPlace, moto_place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def place() -> Iterator[AwsPlace]:
    with moto_place() as place:
        yield place


@pytest.fixture
def s3(place: AwsPlace) -> "S3Client":
    return place.s3


@pytest.fixture
def bucket(place: AwsPlace) -> str:
    return place.bucket


@pytest.fixture
def package(tmp_path: Path) -> Package:
    content = tmp_path / "content"
    content.write_bytes(b"zipped")
    sha256 = sha256_of(content)
    path = content.rename(tmp_path / f"thing-{sha256}.zip")
    return Package("thing", path, sha256, size_bytes=6, unzipped_bytes=10)


def test_the_settings_name_what_is_there(s3: "S3Client", bucket: str, package: Package) -> None:
    """Each setting is the key of its package, and the bucket has a setting of its own."""
    settings = publish_packages(bucket, s3, {"hoist:apiPackage": package})

    key = f"packages/thing-{package.sha256}.zip"
    assert settings == {"hoist:packagesBucket": bucket, "hoist:apiPackage": key}
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"zipped"


def test_what_is_there_is_never_replaced(s3: "S3Client", bucket: str, package: Package) -> None:
    """A second time changes nothing: the object keeps its only version."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = publish_packages(bucket, s3, {"hoist:apiPackage": package})

    assert publish_packages(bucket, s3, {"hoist:apiPackage": package}) == first
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1


def test_a_missing_bucket_is_told(s3: "S3Client", package: Package) -> None:
    """The error names package and bucket, and what S3 calls the problem."""
    with pytest.raises(PackagesNotPublishedError, match="nowhere: NoSuchBucket") as failed:
        publish_packages("nowhere", s3, {"hoist:apiPackage": package})

    assert package.path.name in failed.value.message


def test_silence_is_told(s3: "S3Client", bucket: str, package: Package) -> None:
    """An S3 that does not answer is an error with a way out."""
    with timed_out(s3, "PutObject"), pytest.raises(PackagesNotPublishedError, match="Timeout"):
        publish_packages(bucket, s3, {"hoist:apiPackage": package})


@pytest.mark.parametrize("conflicts", [1, 2, 3])
def test_a_conflict_is_tried_again(place: AwsPlace, package: Package, conflicts: int) -> None:
    """While somebody else puts the same package, it is tried three times in all."""
    with Stubber(place.s3) as stubber:
        for _ in range(conflicts):
            stubber.add_client_error("put_object", "ConditionalRequestConflict", "", 409)
        accepted: dict[str, Any] = {}
        stubber.add_response("put_object", accepted)
        if conflicts < 3:
            publish_packages(place.bucket, place.s3, {"hoist:apiPackage": package})
            stubber.assert_no_pending_responses()
            return
        with pytest.raises(PackagesNotPublishedError):
            publish_packages(place.bucket, place.s3, {"hoist:apiPackage": package})
