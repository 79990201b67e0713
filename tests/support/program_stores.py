"""Stores of programs for tests, and the client's part of an upload."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import requests
from moto import mock_aws

from hoist.clock import FixedClock
from orchestrator.uploads.memory_programs import InMemoryPrograms
from orchestrator.uploads.programs import ProgramStore, Upload
from orchestrator.uploads.s3_programs import QUARANTINE, S3Programs
from storages import NOON, aws_clients

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class UploadSite(Protocol):
    """A store, and who uploads to it."""

    @property
    def store(self) -> ProgramStore: ...

    def put(self, upload: Upload, body: bytes, headers: Mapping[str, str] | None = None) -> bool:
        """Do what the offer says, or the same with other headers; whether it was taken."""
        ...


class MemoryUploadSite:
    def __init__(self) -> None:
        self.store = InMemoryPrograms(clock=FixedClock(NOON))

    def put(self, upload: Upload, body: bytes, headers: Mapping[str, str] | None = None) -> bool:
        return self.store.put(upload.url, body, upload.headers if headers is None else headers)


@dataclass(frozen=True, slots=True)
class S3UploadSite:
    client: "S3Client"
    bucket: str

    @property
    def store(self) -> S3Programs:
        return S3Programs(self.client, bucket=self.bucket, clock=FixedClock(NOON))

    def put(self, upload: Upload, body: bytes, headers: Mapping[str, str] | None = None) -> bool:
        sent = dict(upload.headers if headers is None else headers)
        return requests.put(upload.url, data=body, headers=sent, timeout=20).ok

    def put_beside(self, digest: str, body: bytes) -> None:
        """Somebody puts an object where an upload belongs, without any offer."""
        self.client.put_object(Bucket=self.bucket, Key=f"{QUARANTINE}/{digest}.zip", Body=body)


@contextmanager
def moto_upload_site() -> Iterator[S3UploadSite]:
    with mock_aws(), s3_upload_site(None) as site:
        yield site


@contextmanager
def s3_upload_site(url: str | None) -> Iterator[S3UploadSite]:
    """In whatever answers at `url`; without one, in moto."""
    dynamodb, client = aws_clients(url)
    site = S3UploadSite(client, f"bucket-{uuid.uuid4().hex}")
    client.create_bucket(
        Bucket=site.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    client.put_bucket_versioning(Bucket=site.bucket, VersioningConfiguration={"Status": "Enabled"})
    try:
        yield site
    finally:
        dynamodb.close()
        client.close()
