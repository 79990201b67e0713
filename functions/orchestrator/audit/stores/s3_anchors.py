"""Anchors in a bucket with Object Lock: until its date has come, nobody deletes or replaces one.

Actions: s3 PutObject and PutObjectRetention for S3Anchors, ListBucket and GetObject for S3Heads.
A second object under a key would be a new version that hides the first one, so that a key is
written only if it is free.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from hoist.clock import Clock
from orchestrator.audit.anchors import anchor_key, chain_prefix, key_before
from orchestrator.audit.heads import SignedHead, encode_signed_head, signed_head
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import ObjectLockModeType
    from mypy_boto3_s3.type_defs import ListObjectsV2RequestTypeDef

_KEPT_ALREADY = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class S3Anchors:
    """Heads in `bucket`, each locked for `kept_for`.

    `mode` is COMPLIANCE, which nobody can shorten, the account's root included, or GOVERNANCE,
    which who has s3:BypassGovernanceRetention can.
    """

    def __init__(
        self,
        client: "S3Client",
        *,
        bucket: str,
        kept_for: timedelta,
        mode: "ObjectLockModeType",
        clock: Clock,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._kept_for = kept_for
        self._mode: ObjectLockModeType = mode
        self._clock = clock

    def keep(self, signed: SignedHead) -> None:
        key = anchor_key(signed.head)
        try:
            with aws_errors("s3:PutObject", f"{self._bucket}/{key}", expected=_KEPT_ALREADY):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=encode_signed_head(signed),
                    ContentType="application/json",
                    # A lock is refused without a checksum of the body.
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                    ObjectLockMode=self._mode,
                    ObjectLockRetainUntilDate=self._clock.now() + self._kept_for,
                )
        except RefusedError:
            # The same number and hash are in the key: whoever came before kept the same.
            return


class S3Heads:
    """The heads in `bucket`, for who reads them."""

    def __init__(self, client: "S3Client", *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def newest_first(self, chain: str, *, below: int = 0) -> Iterator[SignedHead]:
        request: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": chain_prefix(chain),
            "StartAfter": key_before(chain, below),
        }
        while True:
            with aws_errors("s3:ListBucket", self._bucket):
                answer = self._client.list_objects_v2(**request)
            for found in answer.get("Contents", ()):
                yield signed_head(self._body(found["Key"]))
            if not answer.get("IsTruncated"):
                return
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def _body(self, key: str) -> bytes:
        with aws_errors("s3:GetObject", f"{self._bucket}/{key}"):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
