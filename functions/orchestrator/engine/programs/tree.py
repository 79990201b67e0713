"""Walks a directory and lists the files that go into the archive.

Symbolic links that stay inside the directory become the files they point to, so that a program
unpacks to the same files everywhere. Links that leave it, and files that are not plain ones, are
refused by name: leaving them out in silence would only move the failure to the worker.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from orchestrator.engine.programs.errors import ProgramInvalidError
from orchestrator.engine.programs.ignore import IGNORE_FILE


class Ignore(Protocol):
    """Says which paths to leave out."""

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Whether the file or directory of this relative path is left out."""
        ...


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A plain file of the directory; `path` is relative to it, with slashes."""

    path: str
    source: Path
    size: int
    is_executable: bool


def walk(root: Path, ignore: Ignore) -> Iterator[SourceFile]:
    """Every file below `root` that is not ignored, directory by directory.

    Raises ProgramInvalidError for what cannot be packed, and OSError for what cannot be read.
    """
    resolved = root.resolve(strict=True)
    yield from _Walk(resolved, ignore).folder(resolved, "", above=(resolved,))


@dataclass(frozen=True, slots=True)
class _Walk:
    root: Path
    ignore: Ignore

    def folder(self, folder: Path, prefix: str, *, above: tuple[Path, ...]) -> Iterator[SourceFile]:
        for entry in sorted(folder.iterdir()):
            path = prefix + entry.name
            if self.ignore.ignores(path, is_directory=entry.is_dir()):
                continue
            target = self._target(entry, path) if entry.is_symlink() else entry
            status = target.stat()
            if stat.S_ISDIR(status.st_mode):
                if target in above:
                    raise _refused(path, "is a link to a directory that it is in itself")
                yield from self.folder(target, path + "/", above=(*above, target))
            elif stat.S_ISREG(status.st_mode):
                yield _source_file(path, target, status)
            else:
                raise _refused(path, "is neither a file nor a directory")

    def _target(self, link: Path, path: str) -> Path:
        try:
            target = link.resolve(strict=True)
        # Before 3.13 a link that leads to itself is a RuntimeError.
        except (OSError, RuntimeError) as error:
            raise _refused(path, "is a link that leads nowhere") from error
        if not target.is_relative_to(self.root):
            raise _refused(path, "is a link that leads out of the project")
        return target


def _source_file(path: str, source: Path, status: os.stat_result) -> SourceFile:
    is_executable = bool(status.st_mode & stat.S_IXUSR)
    return SourceFile(path, source, status.st_size, is_executable)


def _refused(path: str, reason: str) -> ProgramInvalidError:
    return ProgramInvalidError(
        f"{path!r} {reason}",
        way_out=f"Replace it by a plain file inside the project, or list it in {IGNORE_FILE}.",
    )
