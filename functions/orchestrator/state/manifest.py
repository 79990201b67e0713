"""The head of a deployment: when and by which engine it was written."""

import hashlib
from datetime import UTC, datetime


def new_manifest(written_at: datetime, engine_version: str) -> dict[str, str]:
    """The manifest of a deployment that is written now."""
    return {
        "time": written_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "magic": magic_of(engine_version),
        "version": engine_version,
    }


def magic_of(engine_version: str) -> str:
    """The engine refuses a deployment whose `magic` is not this; without a version it is empty."""
    # Half a surrogate pair, which JSON can name, is no text: the engine reads a replacement for it.
    readable = engine_version.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return hashlib.sha256(readable.encode()).hexdigest() if readable else ""
