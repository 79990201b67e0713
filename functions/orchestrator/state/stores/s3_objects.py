"""Objects in a versioned S3 bucket, written under If-Match or If-None-Match.

Each write carries a token of its own in the object's metadata: botocore repeats a call whose
answer was lost, and then finds its own first write in the way.
"""

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestrator.state.storage import ObjectVersion, StoredObject
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.conflicts import object_changed
from orchestrator.state.stores.errors import StoreSetupError
from orchestrator.state.stores.keys import check_object_key, is_of_the_store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        GetObjectRequestTypeDef,
        ListObjectsV2RequestTypeDef,
        PutObjectRequestTypeDef,
    )

_WRITE_TOKEN = "hoist-write-token"
# NoSuchKey: If-Match on a key that is not there. 409: another conditional write was under way.
_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
_ABSENT = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
# With a version id: it names a delete marker (405), or nothing that S3 could have made (400).
_ABSENT_VERSION = _ABSENT | {"MethodNotAllowed", "InvalidArgument"}


class S3Objects:
    """Objects in `bucket`, whose versioning must be on."""

    def __init__(self, client: "S3Client", *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str, *, version_id: str = "") -> StoredObject | None:
        check_object_key(key)
        request: GetObjectRequestTypeDef = {"Bucket": self._bucket, "Key": key}
        action, expected = "s3:GetObject", _ABSENT
        if version_id:
            request["VersionId"] = version_id
            action, expected = "s3:GetObjectVersion", _ABSENT_VERSION
        try:
            with aws_errors(action, self._resource(key), expected=expected):
                answer = self._client.get_object(**request)
                body = answer["Body"].read()
        except RefusedError:
            return None
        return StoredObject(key, body, answer["ETag"], self._version_id(answer.get("VersionId")))

    def put(self, key: str, body: bytes, *, if_etag: str | None) -> ObjectVersion:
        check_object_key(key)
        token = secrets.token_hex(16)
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": key,
            "Body": body,
            "Metadata": {_WRITE_TOKEN: token},
        }
        if if_etag is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = if_etag
        try:
            with aws_errors("s3:PutObject", self._resource(key), expected=_CONFLICTS):
                answer = self._client.put_object(**request)
        except RefusedError as refused:
            written = self._written_with(key, token)
            if written is None:
                raise object_changed(key, if_etag=if_etag) from refused
            return written
        return ObjectVersion(key, answer["ETag"], self._version_id(answer.get("VersionId")))

    def delete(self, key: str) -> None:
        check_object_key(key)
        with aws_errors("s3:DeleteObject", self._resource(key)):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def list(self, prefix: str) -> Iterator[ObjectVersion]:
        request: ListObjectsV2RequestTypeDef = {"Bucket": self._bucket, "Prefix": prefix}
        while True:
            with aws_errors("s3:ListBucket", self._bucket):
                answer = self._client.list_objects_v2(**request)
            for found in answer.get("Contents", ()):
                if not is_of_the_store(found["Key"]):
                    yield ObjectVersion(found["Key"], found["ETag"], version_id="")
            if not answer.get("IsTruncated"):
                return
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def _written_with(self, key: str, token: str) -> ObjectVersion | None:
        """The present version, if it is the write that carries `token`."""
        try:
            with aws_errors("s3:GetObject", self._resource(key), expected=_ABSENT):
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
        except RefusedError:
            return None
        if answer.get("Metadata", {}).get(_WRITE_TOKEN) != token:
            return None
        return ObjectVersion(key, answer["ETag"], self._version_id(answer.get("VersionId")))

    def _version_id(self, found: str | None) -> str:
        # "null" is the version of what was written while versioning was off: it is overwritten.
        if not found or found == "null":
            raise StoreSetupError(
                f"Bucket {self._bucket} keeps no versions.",
                way_out=f"Enable versioning on bucket {self._bucket}.",
            )
        return found

    def _resource(self, key: str) -> str:
        return f"{self._bucket}/{key}"
