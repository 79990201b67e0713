"""A folder as `pulumi login file://...` keeps it: files, and nothing of ours beside them."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hoist.durable_files import sync, sync_folder
from orchestrator.state.errors import ObjectChangedError
from orchestrator.state.stores.directory_disk import disk_errors


class FolderFiles:
    """Files below `root`, which is made on the first write."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, key: str) -> bytes | None:
        path = self._root / key
        with disk_errors(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None

    def write_new(self, key: str, body: bytes) -> None:
        path = self._root / key
        with disk_errors(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_name(f".{secrets.token_hex(8)}")
            try:
                _write(draft, body)
                # Unlike a rename, a link gives way to a file that is there.
                is_first = _linked(draft, path)
            finally:
                draft.unlink(missing_ok=True)
            sync_folder(path.parent)
        if not is_first:
            raise ObjectChangedError(f"{path} is there already")

    def keys(self, prefix: str) -> Iterator[str]:
        with disk_errors(self._root):
            found = [
                (Path(folder) / name).relative_to(self._root).as_posix()
                for folder, _, names in os.walk(
                    self._root / prefix.rpartition("/")[0], onerror=_raise_unless_absent
                )
                for name in names
            ]
        yield from sorted(key for key in found if key.startswith(prefix))


def _raise_unless_absent(error: OSError) -> None:
    # A folder that cannot be read must not look like an empty one.
    if not isinstance(error, FileNotFoundError):
        raise error


def _write(path: Path, body: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(body)
        opened.flush()
        sync(opened.fileno())


def _linked(draft: Path, path: Path) -> bool:
    with suppress(FileExistsError):
        os.link(draft, path)
        return True
    return False
