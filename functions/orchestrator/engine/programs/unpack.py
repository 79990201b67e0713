"""Unpacks a program by its digest: all of it, or nothing.

The archive may come from anybody who may upload. Nothing it says is believed: names are checked
before the first byte is written, sizes are measured while inflating, and the directory appears
under its name only after every file in it was hashed and the digest is the expected one.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from orchestrator.engine.programs.errors import (
    ProgramDigestError,
    ProgramStorageError,
    ProgramTooLargeError,
)
from orchestrator.engine.programs.layout import MALFORMED, is_executable, malformed, open_archive
from orchestrator.engine.programs.limits import DEFAULT_LIMITS, Limits
from orchestrator.engine.programs.manifest import FileFacts, program_digest

_CHUNK_BYTES: Final = 256 * 1024


def unpack_archive(
    body: bytes, destination: Path, *, expected_digest: str, limits: Limits = DEFAULT_LIMITS
) -> None:
    """Make the directory `destination`, which must not exist yet, from an archive.

    Only this user can look into it. Raises a ProgramError when the archive is not what
    `build_archive` makes or does not hold what the digest names, and ProgramStorageError when
    the disk refuses; nothing of the program is on the disk then.
    """
    archive = open_archive(body, limits)
    try:
        with _appearing_whole(destination) as staging:
            files = _extract(archive, staging, limits.unpacked_allowance(len(body)))
            _check_digest(files, expected_digest)
    except OSError as error:
        raise ProgramStorageError(
            f"the program cannot be unpacked to {destination}: {error.strerror}",
            way_out="Make room on the disk, and choose a directory that does not exist yet in one "
            "that can be written to.",
        ) from error


@contextlib.contextmanager
def _appearing_whole(destination: Path) -> Iterator[Path]:
    """A new directory beside `destination` that is renamed to it, unless the block fails."""
    # Renaming would replace an empty directory, which somebody made for a purpose of theirs.
    if os.path.lexists(destination):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    staging = Path(tempfile.mkdtemp(dir=destination.parent, prefix=".unpacking-"))
    try:
        yield staging
        staging.rename(destination)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _extract(archive: zipfile.ZipFile, staging: Path, allowance: int) -> list[FileFacts]:
    files: list[FileFacts] = []
    for entry in archive.infolist():
        file = staging / entry.orig_filename
        file.parent.mkdir(parents=True, exist_ok=True)
        facts = _extract_file(archive, entry, file, allowance)
        allowance -= file.stat().st_size
        files.append(facts)
    return files


def _extract_file(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path, allowance: int
) -> FileFacts:
    """Inflate one file up to the allowance; the size that its header claims may be a lie."""
    content = hashlib.sha256()
    size = 0
    try:
        with archive.open(entry) as source, file.open("xb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > allowance:
                    raise ProgramTooLargeError(
                        "the program's archive inflates to more than a worker takes"
                    )
                content.update(chunk)
                target.write(chunk)
            os.fchmod(target.fileno(), 0o700 if is_executable(entry) else 0o600)
    except MALFORMED as error:
        raise malformed(f"is damaged at {entry.orig_filename!r}") from error
    if size != entry.file_size:
        raise malformed(f"is damaged at {entry.orig_filename!r}")
    return FileFacts(entry.orig_filename, is_executable(entry), content.hexdigest())


def _check_digest(files: list[FileFacts], expected_digest: str) -> None:
    if program_digest(files) != expected_digest:
        raise ProgramDigestError(
            f"the program's archive does not hold the program {expected_digest}",
            way_out="Upload the program again; if this comes back, look for who changed what is "
            "stored under its digest.",
        )
