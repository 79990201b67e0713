"""Where the body of a log record is kept: in its DynamoDB item, or beside it in the bucket."""

import hashlib
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.documents import corrupt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef
    from mypy_boto3_s3 import S3Client

# A DynamoDB item ends at 400 KB, names and other attributes included.
MAX_INLINE_BYTES = 300 * 1024
# A batch is written once and read once: level 1 takes less than half the time of level 6 and makes
# journal entries an eighth larger.
_COMPRESSION_LEVEL = 1
_FOLDER = ".hoist/journal"


class LogBodies:
    """Packs bodies into attributes with length and digest, and checks them on the way back."""

    def __init__(self, client: "S3Client", *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store(self, log_id: str, record: LogRecord) -> "dict[str, AttributeValueTypeDef]":
        """The attributes that stand for the body; a large one is in the bucket when this returns.

        The item is written afterwards: an object without an item is litter that `delete_all`
        removes, an item without its object would be a loss.
        """
        compressed = zlib.compress(record.body, _COMPRESSION_LEVEL)
        digest = hashlib.sha256(record.body).hexdigest()
        attributes: dict[str, AttributeValueTypeDef] = {
            "digest": {"S": digest},
            "length": {"N": str(len(record.body))},
        }
        if len(compressed) <= MAX_INLINE_BYTES:
            return {**attributes, "body": {"B": compressed}}
        key = f"{_prefix(log_id)}{record.slot:012}-{digest}"
        with aws_errors("s3:PutObject", self._resource(key)):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=compressed)
        return {**attributes, "body_key": {"S": key}}

    def load(self, item: Mapping[str, Any], *, source: str) -> bytes | None:
        """The body; None when its object is gone, CorruptStateError when it is not what was stored.

        `item` is the stored item, `source` names it.
        """
        compressed = item["body"]["B"] if "body" in item else self._fetch(item["body_key"]["S"])
        if compressed is None:
            return None
        try:
            body = zlib.decompress(compressed)
        except zlib.error as error:
            raise corrupt(source, "its body cannot be decompressed") from error
        found = (hashlib.sha256(body).hexdigest(), str(len(body)))
        if found != (item["digest"]["S"], item["length"]["N"]):
            raise corrupt(source, "its body does not match its digest")
        return body

    def delete_all(self, log_id: str) -> None:
        """Remove the bodies of a log from the bucket, orphans included."""
        while keys := self._some_keys(_prefix(log_id)):
            resource = self._resource(_prefix(log_id) + "*")
            with aws_errors("s3:DeleteObject", resource):
                answer = self._client.delete_objects(
                    Bucket=self._bucket,
                    Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
                )
            if errors := answer.get("Errors"):
                raise StoreUnavailableError(
                    f"{len(errors)} objects below {resource} could not be deleted"
                    f" ({errors[0].get('Code', 'no code')}).",
                    way_out=f"Allow s3:DeleteObject on {resource}, then try again.",
                )

    def _some_keys(self, prefix: str) -> "tuple[str, ...]":
        # One page: what is deleted is not listed again.
        with aws_errors("s3:ListBucket", self._bucket):
            answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix)
        return tuple(found["Key"] for found in answer.get("Contents", ()))

    def _fetch(self, key: str) -> bytes | None:
        try:
            with aws_errors("s3:GetObject", self._resource(key), expected=frozenset({"NoSuchKey"})):
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except RefusedError:
            return None

    def _resource(self, key: str) -> str:
        return f"{self._bucket}/{key}"


def _prefix(log_id: str) -> str:
    return f"{_FOLDER}/{quote(log_id, safe='')}/"
