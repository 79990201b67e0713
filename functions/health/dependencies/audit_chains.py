"""Chains of the audit and their signed heads, as far as they tell whether both agree.

Health knows only the layout that docs/audit.md tells. Actions: dynamodb:Query on the audit's table,
s3:ListBucket and s3:GetObject on `audit/heads/` of its bucket.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from health.dependencies.answers import aws_answers
from health.dependencies.errors import UnreadableRecordError
from health.dependencies.fields import instant_in, text_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

INSTALLATION_CHAIN = "installation"
HEADS_FOLDER = "audit/heads/"
_ENDS_OF_RUNS = frozenset({"run.slice_ended", "run.given_up"})
_FINAL_STATES = frozenset({"succeeded", "failed", "cancelled", "dead"})


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """An entry by its place, its hash, and whether a run ended by it."""

    number: int
    hash: str
    at: datetime
    ends_run: bool


@dataclass(frozen=True, slots=True)
class SignedHead:
    """How far a chain went when it was signed."""

    chain: str
    number: int
    hash: str
    is_genuine: bool
    """Whether the signature is that of the key which the head names."""


@dataclass(frozen=True, slots=True)
class StoredChains:
    """The entries in `table`."""

    client: "DynamoDBClient"
    table: str

    def entries_from(self, chain: str, number: int, *, limit: int) -> Sequence[ChainEntry]:
        """At most `limit` entries of this number and higher ones, in order; raises LookErrors."""
        with aws_answers("dynamodb:Query", self.table):
            answer = self.client.query(
                TableName=self.table,
                KeyConditionExpression="pk = :pk AND sk >= :sk",
                ExpressionAttributeValues={
                    ":pk": {"S": f"audit#{chain}"},
                    ":sk": {"S": f"entry#{number:012}"},
                },
                ConsistentRead=True,
                Limit=limit,
            )
        return [_entry_in(item, chain) for item in answer["Items"]]


@dataclass(frozen=True, slots=True)
class StoredHeads:
    """The signed heads in `bucket`, whose keys put the newest first."""

    client: "S3Client"
    bucket: str

    def newest(self, chain: str) -> SignedHead | None:
        """The newest head of a chain; None if it was never signed. Raises LookErrors."""
        with aws_answers("s3:ListBucket", self.bucket):
            found = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=f"{HEADS_FOLDER}{chain}/", MaxKeys=1
            )
        if not found.get("Contents"):
            return None
        key = found["Contents"][0]["Key"]
        with aws_answers("s3:GetObject", f"{self.bucket}/{key}"):
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return head_in(body, key)


def head_in(body: bytes, key: str) -> SignedHead:
    """The head of an object; raises UnreadableRecordError."""
    try:
        document = json.loads(body)
        head = document["head"]
        public_key = b64decode(text_in(document["public_key"]))
        signature = b64decode(text_in(document["signature"]))
        names_key = head["key_id"] == hashlib.sha256(public_key).hexdigest()
        return SignedHead(
            chain=text_in(head["chain"]),
            number=int(head["number"]),
            hash=text_in(head["hash"]),
            is_genuine=names_key and _is_signed(head, signature, public_key),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableRecordError(f"the signed head {key}") from error


def _entry_in(item: Mapping[str, Any], chain: str) -> ChainEntry:
    try:
        body = item["body"]["S"].encode()
        entry = json.loads(body)
        ends_run = entry["operation"] in _ENDS_OF_RUNS and entry["result"]["code"] in _FINAL_STATES
        return ChainEntry(
            number=int(item["sk"]["S"].removeprefix("entry#")),
            hash=hashlib.sha256(body).hexdigest(),
            at=instant_in(entry["at"]),
            ends_run=ends_run,
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableRecordError(f"an entry of the audit of {chain}") from error


def _is_signed(head: Mapping[str, Any], signature: bytes, public_key: bytes) -> bool:
    """Raises ValueError and TypeError for a key that is none."""
    # Only where there is a head to check.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    signed = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    try:
        key = load_der_public_key(public_key)
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(signature, signed, ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
