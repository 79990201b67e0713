"""Programs in a versioned S3 bucket.

    quarantine/<digest>.zip   put by a client through a pre-signed URL; a lifecycle rule empties it
    programs/<digest>.zip     copied from there once it was looked at

Actions: s3 GetObject and PutObject below both, GetObjectVersion below quarantine.
"""

import hashlib
from typing import TYPE_CHECKING

from hoist.clock import Clock
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.uploads.errors import ProgramDamagedError, ProgramNotUploadedError
from orchestrator.uploads.programs import (
    OFFER_LENGTH,
    StoredProgram,
    Upload,
    check_digest,
    check_size,
    checksum_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

QUARANTINE = "quarantine"
ADMITTED = "programs"
_ABSENT = frozenset({"404", "NoSuchKey"})
# 412: somebody else has copied it. 409: is copying it right now.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class S3Programs:
    """Implements orchestrator.uploads.programs.ProgramStore."""

    def __init__(self, client: "S3Client", *, bucket: str, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock

    def offer(self, digest: str, size: int) -> Upload | None:
        check_digest(digest)
        check_size(size)
        if self._head(ADMITTED, digest) or self._head(QUARANTINE, digest):
            return None
        headers = {
            "content-length": str(size),
            "if-none-match": "*",
            "x-amz-checksum-sha256": checksum_of(digest),
        }
        with aws_errors("s3:PutObject", self._resource(QUARANTINE, digest)):
            url = self._client.generate_presigned_url(
                "put_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": _key(QUARANTINE, digest),
                    "ContentLength": size,
                    "ChecksumSHA256": checksum_of(digest),
                    "IfNoneMatch": "*",
                },
                ExpiresIn=int(OFFER_LENGTH.total_seconds()),
            )
        expires_at = self._clock.now() + OFFER_LENGTH
        return Upload(method="PUT", url=url, headers=headers, expires_at=expires_at)

    def admit(self, digest: str) -> StoredProgram:
        check_digest(digest)
        if (admitted := self._admitted(digest)) is not None:
            return admitted
        found = self._head(QUARANTINE, digest)
        if found is None:
            raise ProgramNotUploadedError(digest)
        check_size(found["ContentLength"])
        if found.get("ChecksumSHA256") != checksum_of(digest):
            raise ProgramDamagedError(digest)
        return self._copy(digest, found)

    def exists(self, digest: str) -> bool:
        check_digest(digest)
        return self._head(ADMITTED, digest) is not None

    def read(self, digest: str) -> bytes:
        check_digest(digest)
        try:
            with aws_errors("s3:GetObject", self._resource(ADMITTED, digest), expected=_ABSENT):
                answer = self._client.get_object(Bucket=self._bucket, Key=_key(ADMITTED, digest))
                body = answer["Body"].read()
        except RefusedError as refused:
            raise ProgramNotUploadedError(digest) from refused
        if hashlib.sha256(body).hexdigest() != digest:
            raise ProgramDamagedError(digest)
        return body

    def _admitted(self, digest: str) -> StoredProgram | None:
        found = self._head(ADMITTED, digest)
        if found is None:
            return None
        return StoredProgram(digest, found["ContentLength"], found.get("VersionId", ""))

    def _copy(self, digest: str, found: "HeadObjectOutputTypeDef") -> StoredProgram:
        """Copy the very version that was looked at, unless the program is there by now."""
        try:
            with aws_errors("s3:PutObject", self._resource(ADMITTED, digest), expected=_TAKEN):
                answer = self._client.copy_object(
                    Bucket=self._bucket,
                    Key=_key(ADMITTED, digest),
                    CopySource={
                        "Bucket": self._bucket,
                        "Key": _key(QUARANTINE, digest),
                        "VersionId": found["VersionId"],
                    },
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                )
        except RefusedError as refused:
            admitted = self._admitted(digest)
            if admitted is None:
                raise ProgramNotUploadedError(digest) from refused
            return admitted
        return StoredProgram(digest, found["ContentLength"], answer.get("VersionId", ""))

    def _head(self, folder: str, digest: str) -> "HeadObjectOutputTypeDef | None":
        try:
            with aws_errors("s3:GetObject", self._resource(folder, digest), expected=_ABSENT):
                return self._client.head_object(
                    Bucket=self._bucket, Key=_key(folder, digest), ChecksumMode="ENABLED"
                )
        except RefusedError:
            return None

    def _resource(self, folder: str, digest: str) -> str:
        return f"{self._bucket}/{_key(folder, digest)}"


def _key(folder: str, digest: str) -> str:
    return f"{folder}/{digest}.zip"
