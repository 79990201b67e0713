"""A chain as one file: NDJSON that holds its entries, its signed heads and the key's public half.

{"chain", "exported_at", "format", "type": "audit_export"}
{"entry": {...}, "hash", "type": "entry"}            in order
{"signed": {...}, "type": "head"}                    each with its public key, oldest first
{"entries", "heads", "sha256", "type": "end"}        of all lines before it
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from orchestrator.audit.entries import entry_document, instant_text
from orchestrator.audit.heads import signed_head_document
from orchestrator.audit.pages import AuditReader, all_entries, all_heads
from orchestrator.state.exact_json import encode_json

FORMAT = 1


class LineType(StrEnum):
    """What a line of an export is."""

    START = "audit_export"
    ENTRY = "entry"
    HEAD = "head"
    END = "end"


def export(reader: AuditReader, *, now: datetime) -> bytes:
    """The file. Whoever appends meanwhile is in it or not; it is whole in either case."""
    # The heads first: each has its entries in what is read after it.
    heads = all_heads(reader).heads
    chain = all_entries(reader)
    start = {"chain": chain.chain, "exported_at": instant_text(now), "format": FORMAT}
    content = b"".join(
        [
            _line(LineType.START, start),
            *(
                _line(LineType.ENTRY, {"entry": entry_document(each.entry), "hash": each.hash})
                for each in chain.entries
            ),
            *(_line(LineType.HEAD, {"signed": signed_head_document(each)}) for each in heads[::-1]),
        ]
    )
    end = {"entries": len(chain.entries), "heads": len(heads), "sha256": checksum(content)}
    return content + _line(LineType.END, end)


def checksum(content: bytes) -> str:
    """What the last line says of all before it. Accidents show by it; forgeries by signatures."""
    return hashlib.sha256(content).hexdigest()


def canonical_line(document: dict[str, Any]) -> bytes:
    """The one way in which a line is written."""
    return encode_json(document, sort_keys=True) + b"\n"


def _line(kind: LineType, facts: dict[str, Any]) -> bytes:
    return canonical_line({**facts, "type": str(kind)})
