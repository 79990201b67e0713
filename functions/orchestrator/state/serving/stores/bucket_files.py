"""A bucket as `pulumi login s3://...` keeps it. It need not keep versions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestrator.state.errors import ObjectChangedError
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = frozenset({"NoSuchKey", "404"})
# 409: another conditional write was under way.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class BucketFiles:
    """Files below `prefix` in `bucket`."""

    def __init__(self, client: "S3Client", *, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._root = f"{prefix}/" if prefix else ""

    def read(self, key: str) -> bytes | None:
        try:
            with aws_errors("s3:GetObject", self._resource(key), expected=_ABSENT):
                found = self._client.get_object(Bucket=self._bucket, Key=self._root + key)
                return found["Body"].read()
        except RefusedError:
            return None

    def write_new(self, key: str, body: bytes) -> None:
        try:
            with aws_errors("s3:PutObject", self._resource(key), expected=_TAKEN):
                self._client.put_object(
                    Bucket=self._bucket, Key=self._root + key, Body=body, IfNoneMatch="*"
                )
        except RefusedError as error:
            # It may be our own write, whose answer was lost.
            if self.read(key) != body:
                raise ObjectChangedError(f"{self._resource(key)} is there already") from error

    def keys(self, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._root + prefix
        )
        with aws_errors("s3:ListBucket", self._bucket):
            for page in pages:
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self._root)

    def _resource(self, key: str) -> str:
        return f"{self._bucket}/{self._root}{key}"
