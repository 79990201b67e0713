"""Records as bytes: compact JSON with a size limit, and the format number that goes with it."""

import json
from typing import Any, cast

from orchestrator.state.errors import CorruptStateError
from orchestrator.state.storage import Document, RecordKey
from orchestrator.state.stores.errors import RecordTooLargeError

# A DynamoDB item ends at 400 KB, names and keys included; what is larger belongs into an object.
MAX_DOCUMENT_BYTES = 300 * 1024

# Every stored item carries it; a version of Hoist reads its own format and the one before.
FORMAT = 1


def encode_document(key: RecordKey, document: Document) -> str:
    """ASCII JSON, one byte per character; raises RecordTooLargeError."""
    # Escaped to ASCII so that any string can be stored, half a surrogate pair included.
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    if len(text) > MAX_DOCUMENT_BYTES:
        raise RecordTooLargeError(
            f"Record {key.partition!r} {key.sort!r} has {len(text)} bytes,"
            f" the limit is {MAX_DOCUMENT_BYTES}.",
            way_out="Shorten what it holds: tags, messages, configuration values.",
        )
    return text


def decode_document(text: str, *, source: str) -> dict[str, Any]:
    """The object in a stored JSON text; `source` names it in a CorruptStateError."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise corrupt(source, "it is not JSON") from error
    if not isinstance(document, dict):
        raise corrupt(source, "it is not an object")
    return cast(dict[str, Any], document)


def check_format(found: object, *, source: str) -> None:
    """Refuse what another version of Hoist wrote, rather than misread it."""
    if found != FORMAT:
        raise CorruptStateError(
            f"{source} has format {found!r}, this version of Hoist reads {FORMAT}.",
            way_out="Use the version of Hoist that wrote it, or a newer one.",
        )


def corrupt(source: str, reason: str) -> CorruptStateError:
    """What is stored at `source` cannot be what was written there."""
    return CorruptStateError(
        f"{source} is damaged: {reason}.",
        way_out="Nothing was changed. Restore it from a backup or an earlier version.",
    )
