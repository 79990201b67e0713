"""The store of tests and of one process: nothing outlives it."""

import hashlib
from collections.abc import Iterator, Sequence
from threading import Lock

from orchestrator.state.storage import (
    Document,
    LogRecord,
    ObjectVersion,
    Record,
    RecordKey,
    Storage,
    StoredObject,
)
from orchestrator.state.stores.conflicts import (
    check_slot_is_next,
    object_changed,
    record_changed,
    slot_taken,
)
from orchestrator.state.stores.documents import decode_document, encode_document
from orchestrator.state.stores.keys import (
    check_log_id,
    check_object_key,
    check_partition,
    check_record_key,
)
from orchestrator.state.stores.log_records import check_appended


def in_memory_storage() -> Storage:
    """An empty store; pass the same one to all who shall see each other's writes."""
    return Storage(records=InMemoryRecords(), log=InMemoryLog(), objects=InMemoryObjects())


class InMemoryRecords:
    """Records, kept as JSON text so that nobody holds a reference into the store."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._texts: dict[RecordKey, tuple[str, int]] = {}

    def get(self, key: RecordKey) -> Record | None:
        check_record_key(key)
        with self._lock:
            stored = self._texts.get(key)
        return None if stored is None else _record(key, *stored)

    def put(self, key: RecordKey, value: Document, *, expected_revision: int) -> Record:
        check_record_key(key)
        text = encode_document(key, value)
        with self._lock:
            self._check_revision(key, expected_revision)
            self._texts[key] = (text, expected_revision + 1)
        return Record(key, value, expected_revision + 1)

    def delete(self, key: RecordKey, *, expected_revision: int) -> None:
        check_record_key(key)
        with self._lock:
            self._check_revision(key, expected_revision)
            self._texts.pop(key, None)

    def list(
        self, partition: str, *, sort_prefix: str = "", descending: bool = False, limit: int = 0
    ) -> Sequence[Record]:
        check_partition(partition)
        with self._lock:
            found = [
                _record(key, *stored)
                for key, stored in self._texts.items()
                if key.partition == partition and key.sort.startswith(sort_prefix)
            ]
        # Strings sort by code point, which is the order of their UTF-8 bytes.
        found.sort(key=lambda record: record.key.sort, reverse=descending)
        return found[: limit or None]

    def _check_revision(self, key: RecordKey, expected_revision: int) -> None:
        _, revision = self._texts.get(key, ("", 0))
        if revision != expected_revision:
            raise record_changed(key, expected_revision=expected_revision)


class InMemoryLog:
    """Logs, as lists."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._logs: dict[str, tuple[LogRecord, ...]] = {}
        self._dropped: set[str] = set()

    def append(self, log_id: str, record: LogRecord) -> None:
        check_appended(log_id, record)
        with self._lock:
            if log_id in self._dropped:
                raise slot_taken(log_id, record.slot)
            records = self._logs.get(log_id, ())
            check_slot_is_next(log_id, record.slot, last_slot=len(records))
            self._logs[log_id] = (*records, record)

    def read(self, log_id: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        check_log_id(log_id)
        with self._lock:
            records = self._logs.get(log_id, ())
        return records[after_slot:][: limit or None]

    def drop(self, log_id: str) -> None:
        check_log_id(log_id)
        with self._lock:
            if self._logs.pop(log_id, None) is not None:
                self._dropped.add(log_id)


class InMemoryObjects:
    """Objects and all their versions; a version is named by its number."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._present: dict[str, StoredObject] = {}
        self._versions: dict[tuple[str, str], StoredObject] = {}

    def get(self, key: str, *, version_id: str = "") -> StoredObject | None:
        check_object_key(key)
        with self._lock:
            if version_id:
                return self._versions.get((key, version_id))
            return self._present.get(key)

    def put(self, key: str, body: bytes, *, if_etag: str | None) -> ObjectVersion:
        check_object_key(key)
        etag = hashlib.sha256(body).hexdigest()
        with self._lock:
            present = self._present.get(key)
            if (present.etag if present else None) != if_etag:
                raise object_changed(key, if_etag=if_etag)
            stored = StoredObject(key, body, etag, version_id=f"v{len(self._versions) + 1}")
            self._versions[key, stored.version_id] = stored
            self._present[key] = stored
        return _version(stored)

    def delete(self, key: str) -> None:
        check_object_key(key)
        with self._lock:
            self._present.pop(key, None)

    def list(self, prefix: str) -> Iterator[ObjectVersion]:
        with self._lock:
            found = [stored for key, stored in self._present.items() if key.startswith(prefix)]
        return iter(sorted(map(_version, found), key=lambda version: version.key))


def _record(key: RecordKey, text: str, revision: int) -> Record:
    return Record(key, decode_document(text, source=f"Record {key.sort!r}"), revision)


def _version(stored: StoredObject) -> ObjectVersion:
    return ObjectVersion(stored.key, stored.etag, stored.version_id)
