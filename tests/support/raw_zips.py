"""Writes zip files by hand, so that each field can hold a lie."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

STORED = 0
DEFLATED = 8
PLAIN_FILE = 0o100644
UTF8_NAME = 0x800
_DATE = 0x21  # 1980-01-01


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One file of a zip; what is None is told truly."""

    name: bytes = b"main.py"
    content: bytes = b"pass\n"
    mode: int = PLAIN_FILE
    flags: int = 0
    method: int = STORED
    claimed_size: int | None = None
    claimed_checksum: int | None = None
    name_in_front: bytes | None = None
    extra: bytes = b""
    extra_in_front: bytes = b""
    comment: bytes = b""
    gap_after: bytes = b""

    def packed(self) -> bytes:
        """The content as it lies in the zip."""
        if self.method != DEFLATED:
            return self.content
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return deflate.compress(self.content) + deflate.flush()

    def facts(self) -> bytes:
        """The fields that stand in both headers, from the version to the uncompressed size."""
        size = len(self.content) if self.claimed_size is None else self.claimed_size
        checksum = self.claimed_checksum
        checksum = zlib.crc32(self.content) if checksum is None else checksum
        packed = len(self.packed())
        return struct.pack("<5H3L", 20, self.flags, self.method, 0, _DATE, checksum, packed, size)

    def front(self) -> bytes:
        """The local header, the content and what follows it."""
        name = self.name if self.name_in_front is None else self.name_in_front
        lengths = struct.pack("<HH", len(name), len(self.extra_in_front))
        header = b"PK\x03\x04" + self.facts() + lengths + name + self.extra_in_front
        return header + self.packed() + self.gap_after

    def line(self, offset: int) -> bytes:
        """The entry's header in the directory at the end."""
        lengths = struct.pack("<3H", len(self.name), len(self.extra), len(self.comment))
        places = struct.pack("<HHLL", 0, 0, self.mode << 16, offset)
        made_by = struct.pack("<H", 3 << 8 | 20)
        header = b"PK\x01\x02" + made_by + self.facts() + lengths + places
        return header + self.name + self.extra + self.comment


def raw_zip(entries: Sequence[RawEntry], *, claimed_count: int | None = None) -> bytes:
    """A zip of these entries, in this order."""
    front, lines = b"", b""
    for entry in entries:
        lines += entry.line(len(front))
        front += entry.front()
    return front + lines + end_record(entries, len(lines), len(front), claimed_count=claimed_count)


def end_record(
    entries: Sequence[RawEntry],
    directory_size: int,
    directory_at: int,
    *,
    claimed_count: int | None = None,
) -> bytes:
    """The record that ends a zip."""
    count = len(entries) if claimed_count is None else claimed_count
    return b"PK\x05\x06" + struct.pack(
        "<4H2LH", 0, 0, count, count, directory_size, directory_at, 0
    )


def overlapping_zip(entry: RawEntry, names: Sequence[bytes]) -> bytes:
    """Many names in the directory, all of which share the content of one entry in front."""
    renamed = [RawEntry(name=name, content=entry.content, method=entry.method) for name in names]
    lines = b"".join(one.line(0) for one in renamed)
    front = entry.front()
    return front + lines + end_record(renamed, len(lines), len(front))
