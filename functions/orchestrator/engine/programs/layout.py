"""The one shape of zip that a worker opens.

Zip is read from its end, so a file can be a zip and something else, and two readers can see two
archives in it. Here everything but the plainest shape is refused: entries without gaps from the
first byte on, one directory, one end record, nothing before, between or after.
"""

import io
import stat
import struct
import zipfile
import zlib
from typing import Final

from orchestrator.engine.programs.errors import ProgramInvalidError, ProgramTooLargeError
from orchestrator.engine.programs.limits import Limits
from orchestrator.engine.programs.paths import PathRegister, check_path

# What the zip reader raises for bytes that are no zip, or not the zip they claim to be.
MALFORMED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
)

_END_RECORD: Final = struct.Struct("<4s4H2LH")
_LARGE_END_BYTES: Final = 20
_LARGE_END_MARK: Final = b"PK\x06\x07"
_DIRECTORY_HEADER_BYTES: Final = 46
_LOCAL_HEADER_BYTES: Final = 30
_LOCAL_NAME_AND_EXTRA: Final = 26
_NAME_IS_UTF8: Final = 0x800
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MODES: Final = {stat.S_IFREG | 0o644: False, stat.S_IFREG | 0o755: True}
_WAY_OUT: Final = "Pack the project again with the hoist command."


def malformed(reason: str) -> ProgramInvalidError:
    """The refusal of an archive."""
    return ProgramInvalidError(f"the program's archive {reason}", way_out=_WAY_OUT)


def open_archive(body: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open an archive whose every entry is a plain file with a safe and unique name.

    Raises a ProgramError for any other; reads no content yet.
    """
    count = _check_end(body, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except MALFORMED as error:
        raise malformed("is not a zip file") from error
    entries = archive.infolist()
    if len(entries) != count:
        raise malformed("has another number of files than it says")
    register = PathRegister()
    for entry in entries:
        _check_entry(entry, limits)
        register.add(entry.orig_filename)
    _check_gapless(body, entries, directory_at=archive.start_dir)
    return archive


def is_executable(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry of an opened archive is an executable file."""
    return _MODES[entry.external_attr >> 16]


def _check_end(body: bytes, limits: Limits) -> int:
    """Check the end record before anything is allocated for what it promises."""
    if len(body) > limits.archive_bytes:
        raise ProgramTooLargeError("the program's archive is larger than a worker takes")
    end_at = len(body) - _END_RECORD.size
    if end_at < 0:
        raise malformed("is not a zip file")
    mark, *disks, on_disk, count, size, start, comment = _END_RECORD.unpack_from(body, end_at)
    if mark != b"PK\x05\x06" or comment or start + size != end_at:
        raise malformed("does not end as a zip file: it was cut off, or holds something else too")
    # A record for archives above 4 GB would replace all that was just read.
    large_end_at = end_at - _LARGE_END_BYTES
    if any(disks) or on_disk != count or body[max(large_end_at, 0) :].startswith(_LARGE_END_MARK):
        raise malformed("is one of several parts, or made for more than 4 GB")
    if count > limits.files:
        raise ProgramTooLargeError(f"the program has more than {limits.files:,} files")
    if size > count * (_DIRECTORY_HEADER_BYTES + limits.path_bytes):
        raise malformed("has more in its directory than names")
    return int(count)


def _check_gapless(body: bytes, entries: list[zipfile.ZipInfo], *, directory_at: int) -> None:
    position = 0
    for entry in entries:
        name_bytes = len(entry.orig_filename.encode())
        content_at = position + _LOCAL_HEADER_BYTES + name_bytes
        if entry.header_offset != position or content_at > directory_at:
            raise malformed("has gaps or overlaps between its files")
        lengths = struct.unpack_from("<HH", body, position + _LOCAL_NAME_AND_EXTRA)
        if lengths != (name_bytes, 0):
            raise malformed("tells two stories about a file's name")
        position = content_at + entry.compress_size
    if position != directory_at:
        raise malformed("has gaps or overlaps between its files")


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    # The name as stored: the reader cuts the other one at a NUL.
    name = entry.orig_filename
    check_path(name, limits)
    if not name.isascii() and not entry.flag_bits & _NAME_IS_UTF8:
        raise malformed(f"does not say how the name {name!r} is encoded")
    if entry.flag_bits & ~_NAME_IS_UTF8:
        raise malformed(f"has {name!r} encrypted, or in a form that Hoist does not write")
    if entry.compress_type not in _METHODS:
        raise malformed(f"has {name!r} compressed in an unknown way")
    if entry.external_attr >> 16 not in _MODES:
        raise malformed(f"has {name!r} as a link, a device or with unusual permissions")
    if entry.extra or entry.comment:
        raise malformed(f"has more to say about {name!r} than its content")
    if entry.file_size > limits.file_bytes:
        raise ProgramTooLargeError(f"the program's file {name!r} is larger than a worker takes")
