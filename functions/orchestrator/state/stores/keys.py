"""Which keys are accepted. One rule for all stores: what one of them could not hold, all refuse."""

from orchestrator.state.storage import RecordKey
from orchestrator.state.stores.errors import RefusedKeyError

# DynamoDB takes 1024 bytes of sort key; of its 2048 for the partition key we use a prefix.
MAX_RECORD_KEY_BYTES = 1024
# Percent-encoded (three times as long) it still fits into an S3 key beside slot and digest.
MAX_LOG_ID_BYTES = 256
# S3 takes 1024 bytes. A file name takes 255 on Linux and macOS, a sidecar's suffix included.
MAX_OBJECT_KEY_BYTES = 1024
MAX_SEGMENT_BYTES = 240
# What a store keeps for itself is in these, in a folder or in a bucket. The rest of the folder is
# free for objects: conflicts, for one, are kept there.
STORE_FOLDER = ".hoist"
_STORE_PARTS = frozenset({"journal", "locks", "logs", "records", "versions"})
# Pulumi's file backend keeps an object's content type in a file of this suffix beside it.
SIDECAR_SUFFIX = ".attrs"


def check_record_key(key: RecordKey) -> None:
    """Raises RefusedKeyError."""
    _check_text("Record partition", key.partition, MAX_RECORD_KEY_BYTES)
    _check_text("Record key", key.sort, MAX_RECORD_KEY_BYTES)


def check_partition(partition: str) -> None:
    """Raises RefusedKeyError."""
    _check_text("Record partition", partition, MAX_RECORD_KEY_BYTES)


def check_log_id(log_id: str) -> None:
    """Raises RefusedKeyError."""
    _check_text("Log id", log_id, MAX_LOG_ID_BYTES)


def check_object_key(key: str) -> None:
    """Raises RefusedKeyError for what would leave the store, or could not be a file in a folder."""
    _check_text("Object key", key, MAX_OBJECT_KEY_BYTES)
    if any(ord(character) < 0x20 or character == "\x7f" for character in key):
        raise _refused("Object key", key, "it has a control character")
    if is_of_the_store(key):
        raise _refused("Object key", key, "it belongs to the store itself")
    for segment in key.split("/"):
        _check_segment(key, segment)


def is_of_the_store(key: str) -> bool:
    """Whether the key belongs to the store itself: such keys are neither taken nor listed."""
    # macOS takes .Hoist for .hoist.
    segments = key.casefold().split("/")
    if segments[0] == STORE_FOLDER and (len(segments) == 1 or segments[1] in _STORE_PARTS):
        return True
    return any(segment.endswith(SIDECAR_SUFFIX) for segment in segments)


def _check_segment(key: str, segment: str) -> None:
    if segment in ("", ".", ".."):
        raise _refused("Object key", key, f"it has the part {segment!r}")
    if len(segment.encode()) > MAX_SEGMENT_BYTES:
        raise _refused("Object key", key, f"a part is above {MAX_SEGMENT_BYTES} bytes")


def _check_text(what: str, text: str, max_bytes: int) -> None:
    if not text:
        raise _refused(what, text, "it is empty")
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise _refused(what, text, "it is not valid Unicode") from error
    if len(encoded) > max_bytes:
        raise _refused(what, text, f"it is above {max_bytes} bytes")


def _refused(what: str, text: str, reason: str) -> RefusedKeyError:
    shown = text if len(text) <= 80 else text[:80] + "..."
    return RefusedKeyError(
        f"{what} {shown!r} is refused: {reason}.",
        way_out="Use another name for the stack or project.",
    )
