"""Reads an export again: what is in it, and what is wrong with the file itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.audit.entries import stored_entry
from orchestrator.audit.errors import AuditDamagedError, AuditFileError
from orchestrator.audit.export import FORMAT, LineType, canonical_line, checksum
from orchestrator.audit.findings import Finding, FindingKind
from orchestrator.audit.heads import SignedHead, signed_head
from orchestrator.audit.verification import ChainCopy, CopiedEntry
from orchestrator.state.exact_json import decode_json, encode_json


@dataclass(frozen=True, slots=True)
class ExportFile:
    """The content of an export, and the faults of the file."""

    copy: ChainCopy
    faults: tuple[Finding, ...]


def read_export(content: bytes) -> ExportFile:
    """Raises AuditFileError if it is none, or of another version; all other faults are told."""
    lines = content.splitlines(keepends=True)
    reading = _Reading(_chain(lines[0] if lines else b""))
    for position, line in enumerate(lines[1:-1], start=2):
        reading.take(line, position)
    reading.take_end(lines[-1], b"".join(lines[:-1]))
    copy = ChainCopy(reading.chain, tuple(reading.entries), tuple(reading.heads))
    return ExportFile(copy, tuple(reading.faults))


@dataclass(slots=True)
class _Reading:
    chain: str
    entries: list[CopiedEntry] = field(default_factory=list)
    heads: list[SignedHead] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)

    def take(self, line: bytes, position: int) -> None:
        try:
            document = _document(line)
            if document["type"] == LineType.ENTRY:
                self._take_entry(document)
            elif document["type"] == LineType.HEAD:
                self.heads.append(signed_head(_canonical(document["signed"])))
            else:
                self._is_damaged(f"line {position} is neither an entry nor a head")
        except (AuditDamagedError, KeyError, ValueError):
            self._is_damaged(f"line {position} is not as it was written")

    def take_end(self, line: bytes, before: bytes) -> None:
        expected = {
            "entries": len(self.entries),
            "heads": len(self.heads),
            "sha256": checksum(before),
            "type": str(LineType.END),
        }
        if line != canonical_line(expected):
            self._is_damaged("it does not end as it did when it was written")

    def _take_entry(self, document: Mapping[str, Any]) -> None:
        stored = stored_entry(_canonical(document["entry"]))
        self.entries.append(CopiedEntry(stored.entry, stored.hash, str(document["hash"])))

    def _is_damaged(self, message: str) -> None:
        self.faults.append(Finding(FindingKind.FILE_DAMAGED, self.chain, 0, message))


def _chain(first_line: bytes) -> str:
    try:
        start = _document(first_line)
        is_known = start["type"] == LineType.START and start["format"] == FORMAT
        chain = start["chain"]
    except (KeyError, ValueError) as error:
        raise _no_export() from error
    if not is_known or not isinstance(chain, str):
        raise _no_export()
    return chain


def _document(line: bytes) -> dict[str, Any]:
    """The object of a line; ValueError unless it is written in the one way."""
    document = decode_json(line)
    if not isinstance(document, dict) or canonical_line(document) != line:
        raise ValueError("not the canonical encoding of an object")
    return document


def _canonical(value: Any) -> bytes:
    return encode_json(value, sort_keys=True)


def _no_export() -> AuditFileError:
    return AuditFileError(
        "the file does not begin as an export of the audit, of this version's format",
        way_out="make one with `hoist audit export`, or use the version of Hoist that wrote it",
    )
