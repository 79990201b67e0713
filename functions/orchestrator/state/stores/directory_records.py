"""Records as JSON files, each replaced as a whole."""

import json
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from orchestrator.state.storage import Document, Record, RecordKey
from orchestrator.state.stores.conflicts import record_changed
from orchestrator.state.stores.directory_disk import Disk, disk_errors
from orchestrator.state.stores.directory_locks import FileLocks
from orchestrator.state.stores.directory_names import file_name, text_of
from orchestrator.state.stores.documents import (
    FORMAT,
    check_format,
    corrupt,
    decode_document,
    encode_document,
)
from orchestrator.state.stores.keys import check_partition, check_record_key


class DirectoryRecords:
    """Records below `folder`: a folder per partition, a file per record. Reads take no lock."""

    def __init__(self, folder: Path, disk: Disk, locks: FileLocks) -> None:
        self._folder = folder
        self._disk = disk
        self._locks = locks

    def get(self, key: RecordKey) -> Record | None:
        check_record_key(key)
        path = self._path(key)
        with disk_errors(path):
            return self._read(path)

    def put(self, key: RecordKey, value: Document, *, expected_revision: int) -> Record:
        check_record_key(key)
        text = encode_document(key, value)
        path = self._path(key)
        record = Record(key, value, expected_revision + 1)
        with disk_errors(path), self._locks.exclusive(str(path)) as temporary:
            self._check_revision(key, path, expected_revision)
            self._disk.replace(path, _file_body(record, text), temporary=temporary)
        return record

    def delete(self, key: RecordKey, *, expected_revision: int) -> None:
        check_record_key(key)
        path = self._path(key)
        with disk_errors(path), self._locks.exclusive(str(path)):
            self._check_revision(key, path, expected_revision)
            self._disk.remove(path)

    def list(
        self, partition: str, *, sort_prefix: str = "", descending: bool = False, limit: int = 0
    ) -> Sequence[Record]:
        check_partition(partition)
        folder = self._folder / file_name(partition)
        with disk_errors(folder):
            # Strings sort by code point, which is the order of their UTF-8 bytes.
            sorts = sorted(
                (sort for sort in self._sorts(folder) if sort.startswith(sort_prefix)),
                reverse=descending,
            )
            found = (self._read(self._path(RecordKey(partition, sort))) for sort in sorts)
            present = (record for record in found if record is not None)
            return tuple(islice(present, limit or None))

    def _check_revision(self, key: RecordKey, path: Path, expected_revision: int) -> None:
        present = self._read(path)
        if (present.revision if present else 0) != expected_revision:
            raise record_changed(key, expected_revision=expected_revision)

    def _sorts(self, folder: Path) -> Iterator[str]:
        try:
            names = os.listdir(folder)
        except FileNotFoundError:
            return
        for name in names:
            sort = text_of(name)
            if sort is not None:
                yield sort
            elif record := self._read(folder / name):
                yield record.key.sort

    def _read(self, path: Path) -> Record | None:
        body = self._disk.read(path)
        return None if body is None else _record(body, source=f"Record file {path}")

    def _path(self, key: RecordKey) -> Path:
        return self._folder / file_name(key.partition) / file_name(key.sort)


def _file_body(record: Record, value_text: str) -> bytes:
    facts = {
        "format": FORMAT,
        "partition": record.key.partition,
        "sort": record.key.sort,
        "revision": record.revision,
    }
    # The value is text already, and may be large: it is not parsed and written a second time.
    return f'{json.dumps(facts)[:-1]}, "value": {value_text}}}\n'.encode()


def _record(body: bytes, *, source: str) -> Record:
    try:
        facts = decode_document(body.decode(), source=source)
        check_format(facts["format"], source=source)
        key = RecordKey(facts["partition"], facts["sort"])
        return Record(key, facts["value"], facts["revision"])
    except (KeyError, UnicodeDecodeError) as error:
        raise corrupt(source, "a part of it is missing") from error
