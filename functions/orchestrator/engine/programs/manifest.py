"""What a program's digest is taken over: its files, not its zip.

Deflate's output differs between zlib versions and forks, so two machines that pack the same
directory would get different digests if the zip's bytes were hashed. The digest is therefore the
SHA-256 of a list with one line per file (mode, SHA-256 of the content, path), in order of path.
Anyone can make it again with `sha256sum` and `sort`, and whatever a zip carries besides these
facts cannot reach the worker's disk.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

# A change of the rules below takes the next number, so that digests of two rules never meet.
_FIRST_LINE = "hoist-program 1\n"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the digest knows of one file; `path` is checked already and has no line break."""

    path: str
    is_executable: bool
    sha256: str

    @classmethod
    def of(cls, path: str, content: bytes, *, is_executable: bool) -> "FileFacts":
        """The facts of a file whose whole content is at hand."""
        return cls(path, is_executable, hashlib.sha256(content).hexdigest())


def program_digest(files: Iterable[FileFacts]) -> str:
    """The program's name everywhere: 64 hex digits, the same whatever the order of `files`."""
    whole = hashlib.sha256(_FIRST_LINE.encode())
    for file in sorted(files, key=lambda facts: facts.path):
        mode = "755" if file.is_executable else "644"
        whole.update(f"{mode} {file.sha256} {file.path}\n".encode())
    return whole.hexdigest()
