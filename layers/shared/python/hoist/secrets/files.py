"""The files of a store: one per secret, found by its name.

    <directory>/secrets/<sha256 of the name>.json
    <directory>/lock, <directory>/draft

File systems fold case and limit lengths; Secrets Manager's names do neither, hence the digest.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from hoist.secrets.disk import Disk, disk_errors
from hoist.secrets.documents import decode, encode
from hoist.secrets.errors import SecretFileDamagedError
from hoist.secrets.model import StoredSecret

_ENDING = ".json"


class SecretFiles:
    """Secrets by name. Only the holder of the disk's lock may save and remove."""

    def __init__(self, directory: Path, disk: Disk) -> None:
        self._folder = directory / "secrets"
        self._disk = disk

    def find(self, name: str) -> StoredSecret | None:
        """Raises SecretFileDamagedError when its file holds something else."""
        path = self._path(name)
        content = self._disk.read(path)
        if content is None:
            return None
        secret = decode(content, source=str(path))
        if secret.name != name:
            raise _misplaced(path)
        return secret

    def all(self) -> Iterator[StoredSecret]:
        for path in self._paths():
            content = self._disk.read(path)
            # Another process may have removed it since the folder was listed.
            if content is None:
                continue
            secret = decode(content, source=str(path))
            if self._path(secret.name) != path:
                raise _misplaced(path)
            yield secret

    def save(self, secret: StoredSecret) -> None:
        self._disk.replace(self._path(secret.name), encode(secret))

    def remove(self, secret: StoredSecret) -> None:
        self._disk.remove(self._path(secret.name))

    def _path(self, name: str) -> Path:
        return self._folder / (hashlib.sha256(name.encode()).hexdigest() + _ENDING)

    def _paths(self) -> list[Path]:
        with disk_errors(self._folder):
            if not self._folder.is_dir():
                return []
            return sorted(self._folder.glob(f"*{_ENDING}"))


def _misplaced(path: Path) -> SecretFileDamagedError:
    return SecretFileDamagedError(
        f"{path} holds a secret of another name than its file's.",
        way_out="Move the file back, or restore the store from a backup.",
    )
