"""Puts packages where Lambda fetches them from."""

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from building.errors import PackagesNotPublishedError
from building.packages import Package

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "packages/"
_IS_THERE = "PreconditionFailed"
# Somebody else is just now putting it: as S3 advises, once more.
_CONFLICT = "ConditionalRequestConflict"
_ATTEMPTS = 3


def publish_packages(
    bucket: str, s3: "S3Client", packages: Mapping[str, Package]
) -> Mapping[str, str]:
    """Put each package into the bucket unless it is there; never replaces one.

    `packages` are keyed by the settings of Hoist's own stack that name them. Returns those
    settings, and the one that names the bucket. Raises PackagesNotPublishedError.
    """
    settings = {"hoist:packagesBucket": bucket}
    for setting, package in packages.items():
        settings[setting] = f"{PREFIX}{package.path.name}"
        _put(s3, bucket, settings[setting], package)
    return settings


def _put(s3: "S3Client", bucket: str, key: str, package: Package) -> None:
    for _ in range(_ATTEMPTS):
        try:
            _put_new(s3, bucket, key, package)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _CONFLICT:
                continue
            # The key holds the digest: what is there is this package.
            if code != _IS_THERE:
                raise PackagesNotPublishedError(package.path.name, bucket, code) from error
        except BotoCoreError as error:
            reason = type(error).__name__
            raise PackagesNotPublishedError(package.path.name, bucket, reason) from error
        return
    raise PackagesNotPublishedError(package.path.name, bucket, "others write it all the time")


def _put_new(s3: "S3Client", bucket: str, key: str, package: Package) -> None:
    with package.path.open("rb") as content:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=content,
            ContentType="application/zip",
            ChecksumSHA256=base64.b64encode(bytes.fromhex(package.sha256)).decode(),
            IfNoneMatch="*",
        )
