"""Objects as plain files where Pulumi's file backend has them, and their versions elsewhere.

Etag and version id are the body's sha256. A file that somebody else wrote (`pulumi` itself, an
editor) is an object like any other: it gets its version when it is first read, replaced or deleted.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from orchestrator.state.storage import ObjectVersion, StoredObject
from orchestrator.state.stores.conflicts import object_changed
from orchestrator.state.stores.directory_disk import Disk, disk_errors
from orchestrator.state.stores.directory_locks import FileLocks
from orchestrator.state.stores.directory_names import file_name
from orchestrator.state.stores.documents import corrupt
from orchestrator.state.stores.keys import SIDECAR_SUFFIX, check_object_key, is_of_the_store


class DirectoryObjects:
    """Objects below `root`, versions below `versions`.

    Writers of this store exclude each other by lock. A foreign writer takes no such lock: Pulumi's
    lock objects keep the two worlds apart.
    """

    def __init__(self, root: Path, versions: Path, disk: Disk, locks: FileLocks) -> None:
        self._root = root
        self._versions = versions
        self._disk = disk
        self._locks = locks

    def get(self, key: str, *, version_id: str = "") -> StoredObject | None:
        check_object_key(key)
        path = self._root / key
        with disk_errors(path):
            if version_id:
                return self._read_version(key, version_id)
            body = self._disk.read(path)
            if body is None:
                return None
            digest = _digest(body)
            if not self._version_path(key, digest).exists():
                with self._locks.exclusive(key) as temporary:
                    self._keep_version(key, body, temporary)
        return StoredObject(key, body, etag=digest, version_id=digest)

    def put(self, key: str, body: bytes, *, if_etag: str | None) -> ObjectVersion:
        check_object_key(key)
        path = self._root / key
        with disk_errors(path), self._locks.exclusive(key) as temporary:
            present = self._disk.read(path)
            if (None if present is None else _digest(present)) != if_etag:
                raise object_changed(key, if_etag=if_etag)
            if present is not None:
                self._keep_version(key, present, temporary)
            digest = self._keep_version(key, body, temporary)
            self._disk.replace(path, body, temporary=temporary)
            self._disk.remove(_sidecar(path))
        return ObjectVersion(key, etag=digest, version_id=digest)

    def delete(self, key: str) -> None:
        check_object_key(key)
        path = self._root / key
        with disk_errors(path), self._locks.exclusive(key) as temporary:
            present = self._disk.read(path)
            if present is not None:
                self._keep_version(key, present, temporary)
                self._disk.remove(path)
                self._disk.remove(_sidecar(path))

    def list(self, prefix: str) -> Iterator[ObjectVersion]:
        with disk_errors(self._root):
            for key in self._keys(self._root, "", prefix):
                body = self._disk.read(self._root / key)
                if body is not None:
                    yield ObjectVersion(key, etag=_digest(body), version_id="")

    def _keys(self, folder: Path, folder_key: str, prefix: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            return
        # A folder sorts with its slash, as S3 sorts whole keys: "a-b" comes before "a/b".
        names = sorted(entry.name + ("/" if entry.is_dir() else "") for entry in entries)
        for name in names:
            key = folder_key + name
            if is_of_the_store(key):
                continue
            if name.endswith("/"):
                if key.startswith(prefix) or prefix.startswith(key):
                    yield from self._keys(folder / name, key, prefix)
            elif key.startswith(prefix):
                yield key

    def _read_version(self, key: str, version_id: str) -> StoredObject | None:
        path = self._version_path(key, version_id)
        body = self._disk.read(path)
        if body is None:
            return None
        if _digest(body) != version_id:
            raise corrupt(f"Object version {path}", "its content is not what its name says")
        return StoredObject(key, body, etag=version_id, version_id=version_id)

    def _keep_version(self, key: str, body: bytes, temporary: Path) -> str:
        digest = _digest(body)
        path = self._version_path(key, digest)
        if not path.exists():
            self._disk.replace(path, body, temporary=temporary)
        return digest

    def _version_path(self, key: str, version_id: str) -> Path:
        return self._versions / file_name(key) / file_name(version_id)


def _sidecar(path: Path) -> Path:
    """Where Pulumi's file backend describes the file: stale once we wrote, harmless if missing."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
