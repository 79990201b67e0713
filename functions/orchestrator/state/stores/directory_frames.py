"""A log file's bytes: one header, then frames, each with checksums of its header and its body.

    frame = marker, body length, slot, milliseconds, body crc, header crc (32 bytes), then the body

The header has a checksum of its own, because a damaged length would look like a torn tail.
"""

import struct
import zlib
from dataclasses import dataclass

from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.documents import corrupt
from orchestrator.state.stores.log_records import from_milliseconds, to_milliseconds

# The digit is the format number; a log is read by the version that began it, or the next.
FILE_HEADER = b"hoist log 1\n"

_MARKER = b"\xf5HJ\n"
_FIELDS = struct.Struct(">4sIQqI")
_CHECKSUM = struct.Struct(">I")
_HEADER_BYTES = _FIELDS.size + _CHECKSUM.size


@dataclass(frozen=True, slots=True)
class Frames:
    """The records found, and how many bytes they take: what is after that was never finished."""

    records: tuple[LogRecord, ...]
    length: int


@dataclass(frozen=True, slots=True)
class _Header:
    body_start: int
    body_end: int
    slot: int
    milliseconds: int
    body_checksum: int


def encode_frame(record: LogRecord) -> bytes:
    fields = _FIELDS.pack(
        _MARKER,
        len(record.body),
        record.slot,
        to_milliseconds(record.written_at),
        zlib.crc32(record.body),
    )
    return fields + _CHECKSUM.pack(zlib.crc32(fields)) + record.body


def parse_frames(content: bytes, *, after_slot: int, source: str) -> Frames:
    """The frames from the start of `content`, which begins behind the frame of `after_slot`.

    One frame is written at a time and the next begins when it is durable. So an unfinished frame
    can only be the last one, and ends the parse; damage anywhere else is CorruptStateError.
    """
    records: list[LogRecord] = []
    offset = 0
    while offset < len(content):
        header = _header_at(content, offset)
        if header is None or not _is_whole(content, header):
            _check_is_last(content, offset, header, source)
            break
        expected = after_slot + len(records) + 1
        if header.slot != expected:
            raise corrupt(source, f"it has slot {header.slot} in place of {expected}")
        body = content[header.body_start : header.body_end]
        records.append(LogRecord(header.slot, body, from_milliseconds(header.milliseconds)))
        offset = header.body_end
    return Frames(tuple(records), offset)


def _header_at(content: bytes, offset: int) -> _Header | None:
    body_start = offset + _HEADER_BYTES
    fields = content[offset : offset + _FIELDS.size]
    checksum = content[offset + _FIELDS.size : body_start]
    if checksum != _CHECKSUM.pack(zlib.crc32(fields)):
        return None
    marker, length, slot, milliseconds, body_checksum = _FIELDS.unpack(fields)
    if marker != _MARKER:
        return None
    return _Header(body_start, body_start + length, slot, milliseconds, body_checksum)


def _is_whole(content: bytes, header: _Header) -> bool:
    body = content[header.body_start : header.body_end]
    length = header.body_end - header.body_start
    return len(body) == length and zlib.crc32(body) == header.body_checksum


def _check_is_last(content: bytes, offset: int, header: _Header | None, source: str) -> None:
    if header is not None:
        follows = header.body_end < len(content)
    else:
        # Its length is unknown, but any later header proves that it was durable once.
        follows = _has_header_after(content, offset)
    if follows:
        raise corrupt(source, f"the frame at byte {offset} does not match its checksum")


def _has_header_after(content: bytes, offset: int) -> bool:
    candidate = content.find(_MARKER, offset + 1)
    while candidate != -1:
        if _header_at(content, candidate) is not None:
            return True
        candidate = content.find(_MARKER, candidate + 1)
    return False
