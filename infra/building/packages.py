"""A zip that is named by what is in it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A zip on disk; `artifact` is the name of what is in it."""

    artifact: str
    path: Path
    sha256: str
    size_bytes: int
    unzipped_bytes: int


def package_name(artifact: str, sha256: str) -> str:
    """The same name is always the same bytes."""
    return f"{artifact}-{sha256}.zip"


def sha256_of(path: Path) -> str:
    """The digest of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
