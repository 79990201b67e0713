"""Packs a project directory, and the packages vendored for it, into an archive.

The same files give the same digest on every machine, and with one zlib the same bytes too: order,
dates, modes and compression level are fixed. Of a file's mode only "executable" is kept.
"""

import io
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrator.engine.programs.errors import ProgramInvalidError, ProgramTooLargeError
from orchestrator.engine.programs.ignore import IGNORE_FILE, IgnoreRules
from orchestrator.engine.programs.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from orchestrator.engine.programs.manifest import FileFacts, program_digest
from orchestrator.engine.programs.paths import PathRegister, check_path
from orchestrator.engine.programs.project import read_project
from orchestrator.engine.programs.tree import SourceFile, walk

VENDOR_FOLDER: Final = "vendor"
"""Where the archive holds a program's own packages; the program host puts it on sys.path."""

_FIRST_DAY_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_COMPRESSION_LEVEL: Final = 6
_WAY_OUT: Final = f"List what the program does not need in {IGNORE_FILE}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramArchive:
    """A program, ready to be stored under its digest."""

    digest: str
    body: bytes
    file_count: int
    unpacked_bytes: int


def build_archive(
    directory: Path, *, vendored: Path | None = None, limits: Limits = DEFAULT_LIMITS
) -> ProgramArchive:
    """Pack the project in `directory`, with the packages in `vendored` as its vendor folder.

    What it returns, `unpack_archive` takes with the same limits. Raises a ProgramError that names
    the file when the project cannot be packed, is too large or is not one that the worker runs.
    """
    read_project(directory)
    try:
        files = sorted(_checked(_sources(directory, vendored), limits), key=lambda file: file.path)
        return _pack(files, limits)
    except OSError as error:
        raise ProgramInvalidError(
            f"{error.filename} cannot be read: {error.strerror}", way_out=_WAY_OUT
        ) from error


def _sources(directory: Path, vendored: Path | None) -> Iterator[SourceFile]:
    for file in walk(directory, IgnoreRules.of_project(directory)):
        if vendored is not None and file.path.split("/")[0] == VENDOR_FOLDER:
            raise ProgramInvalidError(
                f"the project has a {VENDOR_FOLDER!r} folder of its own, where the packages of "
                "its requirements.txt belong",
                way_out=f"Rename the folder, or list it in {IGNORE_FILE}.",
            )
        yield file
    if vendored is not None:
        for file in walk(vendored, IgnoreRules.of_packages()):
            path = f"{VENDOR_FOLDER}/{file.path}"
            yield SourceFile(path, file.source, file.size, file.is_executable)


def _checked(files: Iterable[SourceFile], limits: Limits) -> Iterator[SourceFile]:
    """Pass the files on while they are within the limits, so that a walk ends early."""
    register = PathRegister()
    total = 0
    for count, file in enumerate(files, start=1):
        check_path(file.path, limits)
        register.add(file.path)
        total += file.size
        if count > limits.files:
            raise _too_large(f"has more than {limits.files:,} files")
        if file.size > limits.file_bytes:
            raise _too_large(f"has {file.path!r}, larger than {_megabytes(limits.file_bytes)}")
        if total > limits.unpacked_bytes:
            raise _too_large(f"is larger than {_megabytes(limits.unpacked_bytes)}")
        yield file


def _pack(files: Iterable[SourceFile], limits: Limits) -> ProgramArchive:
    stream = io.BytesIO()
    facts: list[FileFacts] = []
    total = 0
    with zipfile.ZipFile(stream, "w") as archive:
        for file in files:
            content = file.source.read_bytes()
            facts.append(FileFacts.of(file.path, content, is_executable=file.is_executable))
            archive.writestr(_header(file), content, compresslevel=_COMPRESSION_LEVEL)
            total += len(content)
    body = stream.getvalue()
    if len(body) > limits.archive_bytes:
        raise _too_large(f"packs to more than {_megabytes(limits.archive_bytes)}")
    if total > limits.unpacked_allowance(len(body)):
        raise _too_large(f"shrinks more than {limits.ratio} times, as only an attack would")
    return ProgramArchive(
        digest=program_digest(facts), body=body, file_count=len(facts), unpacked_bytes=total
    )


def _header(file: SourceFile) -> zipfile.ZipInfo:
    header = zipfile.ZipInfo(file.path, date_time=_FIRST_DAY_OF_ZIP)
    header.create_system = _UNIX
    header.compress_type = zipfile.ZIP_DEFLATED
    mode = 0o755 if file.is_executable else 0o644
    header.external_attr = (stat.S_IFREG | mode) << 16
    return header


def _too_large(reason: str) -> ProgramTooLargeError:
    return ProgramTooLargeError(f"the program {reason}", way_out=_WAY_OUT)


def _megabytes(size: int) -> str:
    return f"{size / MEBIBYTE:g} MiB"
