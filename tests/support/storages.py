"""Stores for tests. An opener gives a fresh view of one store, as another process would have it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from moto import mock_aws

from hoist.clock import Clock, FixedClock
from orchestrator.state.storage import LogRecord, Storage
from orchestrator.state.stores.aws import aws_storage
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.memory import in_memory_storage
from tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

OpenStorage = Callable[[], Storage]

NOON = datetime(2025, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)


def log_record(slot: int, body: bytes = b"", *, written_at: datetime = NOON) -> LogRecord:
    return LogRecord(slot, body or f"entry {slot}".encode(), written_at)


def memory_opener() -> OpenStorage:
    storage = in_memory_storage()
    return lambda: storage


def directory_opener(root: Path) -> OpenStorage:
    return lambda: directory_storage(root)


@dataclass(frozen=True, slots=True)
class AwsPlace:
    """A table and a bucket for one test, and clients that reach them."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    table: str
    bucket: str

    def open(self, clock: Clock | None = None) -> Storage:
        """A new set of adapters: their memory is empty."""
        return aws_storage(
            dynamodb=self.dynamodb,
            s3=self.s3,
            table=self.table,
            bucket=self.bucket,
            clock=clock or FixedClock(NOON),
        )


@contextmanager
def moto_place() -> Iterator[AwsPlace]:
    """Inside this process; not for races, since moto checks and writes in two steps."""
    with mock_aws(), _new_place(None) as place:
        yield place


@contextmanager
def emulator_place(url: str) -> Iterator[AwsPlace]:
    """In the emulator that answers at `url`."""
    with _new_place(url) as place:
        yield place


def aws_clients(url: str | None) -> "tuple[DynamoDBClient, S3Client]":
    """Clients of whatever answers at `url`; without one, of moto, or of nobody."""
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=1,
        max_pool_connections=32,
        s3={"addressing_style": "path"},
    )
    session = _session()
    return (
        session.client("dynamodb", endpoint_url=url, config=config),
        session.client("s3", endpoint_url=url, config=config),
    )


@cache
def _session() -> boto3.Session:
    # One for all tests: it reads the services' large models once.
    return boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-central-1"
    )


@contextmanager
def _new_place(url: str | None) -> Iterator[AwsPlace]:
    dynamodb, s3 = aws_clients(url)
    place = AwsPlace(dynamodb, s3, f"table-{uuid.uuid4().hex}", f"bucket-{uuid.uuid4().hex}")
    try:
        _create(place)
        yield place
    finally:
        dynamodb.close()
        s3.close()


def _create(place: AwsPlace) -> None:
    make_table(place.dynamodb, place.table)
    place.s3.create_bucket(
        Bucket=place.bucket,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
    )
    place.s3.put_bucket_versioning(
        Bucket=place.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
