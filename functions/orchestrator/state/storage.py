"""What the state service asks of a store: three small seams, each with compare-and-set.

    Records   small documents with a revision: stacks, updates
    Log       the journal of one update: numbered slots, each written once
    Objects   checkpoints and lock files, in the layout of Pulumi's own S3 backend

Every method is durable when it returns and raises `StoreUnavailableError` when the store does not
answer. All of them may be called from several threads and processes at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Document = Mapping[str, Any]
"""A JSON object: strings, integers, booleans, None, lists and objects. No floats, no NaN."""


@dataclass(frozen=True, slots=True)
class RecordKey:
    """`partition` groups what is listed together (a project's stacks, a stack's updates)."""

    partition: str
    sort: str


@dataclass(frozen=True, slots=True)
class Record:
    """One document as it was read. `revision` counts its writes, from 1."""

    key: RecordKey
    value: Document
    revision: int


class Records(Protocol):
    """Small documents (at most 300 KB as JSON), each replaced as a whole under its revision."""

    def get(self, key: RecordKey) -> Record | None:
        """The latest version (a consistent read), or None."""
        ...

    def put(self, key: RecordKey, value: Document, *, expected_revision: int) -> Record:
        """Write if the stored revision is `expected_revision`; 0 means there must be none.

        Raises RecordChangedError when somebody else wrote in between.
        """
        ...

    def delete(self, key: RecordKey, *, expected_revision: int) -> None:
        """Delete under the same condition; raises RecordChangedError."""
        ...

    def list(
        self, partition: str, *, sort_prefix: str = "", descending: bool = False, limit: int = 0
    ) -> Sequence[Record]:
        """Records of a partition in the order of `sort` (as UTF-8 bytes); limit 0 means all."""
        ...


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One slot of a log. `written_at` was set by the writer, UTC, whole milliseconds."""

    slot: int
    body: bytes
    written_at: datetime


class Log(Protocol):
    """The journal of one update, as slots 1, 2, 3 ... Each is written once, by whoever is first.

    That is the fence: who takes an update over writes a seal into its next free slot, and the
    former writer, dead or not, finds that slot taken. No clock and no lease is trusted for it.
    """

    def append(self, log_id: str, record: LogRecord) -> None:
        """Write the record into its slot, durably.

        Raises SlotTakenError when the slot is taken, and LogGapError when the slot before it is
        free. A caller whose earlier call may have been written (its answer was lost) reads the log
        and compares: the store itself never guesses.
        """
        ...

    def read(self, log_id: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        """The records with a slot above `after_slot`, in order; empty when there is no such log.

        With a `limit`, at most that many of them, the first ones; 0 means all.
        """
        ...

    def drop(self, log_id: str) -> None:
        """Forget a log whose fold is published; does nothing when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`version_id` names these bytes for ever: reading it later gives the same body."""

    key: str
    body: bytes
    etag: str
    version_id: str


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """What a write returns and what a listing shows."""

    key: str
    etag: str
    version_id: str


class Objects(Protocol):
    """Files by key, as S3 keeps them: versions stay, writes are conditional."""

    def get(self, key: str, *, version_id: str = "") -> StoredObject | None:
        """The latest version, or the named one; None when there is none (or it was deleted)."""
        ...

    def put(self, key: str, body: bytes, *, if_etag: str | None) -> ObjectVersion:
        """Write if the present etag is `if_etag`; None means the key must not exist.

        Raises ObjectChangedError otherwise.
        """
        ...

    def delete(self, key: str) -> None:
        """Delete the key (its versions stay); does nothing when there is none."""
        ...

    def list(self, prefix: str) -> Iterator[ObjectVersion]:
        """Present keys that start with `prefix`, in byte order. `version_id` may be empty here."""
        ...


@dataclass(frozen=True, slots=True)
class Storage:
    """The three seams of one store."""

    records: Records
    log: Log
    objects: Objects
