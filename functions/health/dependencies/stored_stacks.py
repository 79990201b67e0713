"""Stacks, as far as they tell whether an update was left open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from health.dependencies.answers import aws_answers
from health.dependencies.errors import UnreadableRecordError
from health.dependencies.fields import instant_in, text_in
from health.dependencies.records import Document

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHECKPOINTS = ".pulumi/stacks/"
# A living client renews its lease minutes before it ends; another five, and nobody is late.
DEAD_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class OpenUpdate:
    """An update that was begun and not ended."""

    id: str
    lease_ends_at: datetime

    def is_dead(self, now: datetime) -> bool:
        return now >= self.lease_ends_at + DEAD_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStack:
    """A stack by its name, and what is unfinished about it."""

    id: str
    project: str
    stack: str
    created_at: datetime
    open_update: OpenUpdate | None
    conflict_update_id: str
    """The update whose state could not be published; empty if there is none."""

    @property
    def name(self) -> str:
        return f"{self.project}/{self.stack}"


def projects(client: "S3Client", bucket: str) -> Iterator[str]:
    """The projects that have a checkpoint: one request for up to a thousand of them."""
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=CHECKPOINTS, Delimiter="/"
    )
    with aws_answers("s3:ListBucket", bucket):
        for page in pages:
            for folder in page.get("CommonPrefixes", []):
                yield folder["Prefix"].removeprefix(CHECKPOINTS).rstrip("/")


def stack_in(document: Document) -> StoredStack:
    """The stack of a document; raises UnreadableRecordError."""
    try:
        name, active = document["name"], document["active"]
        return StoredStack(
            id=text_in(document["id"]),
            project=text_in(name["project"]),
            stack=text_in(name["stack"]),
            created_at=instant_in(document["created_at"]),
            open_update=_open_update(active) if active else None,
            conflict_update_id=text_in(document["conflict_update_id"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRecordError("the record of a stack") from error


def _open_update(active: Document) -> OpenUpdate:
    return OpenUpdate(text_in(active["update_id"]), instant_in(active["lease_ends_at"]))
