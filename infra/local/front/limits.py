"""What API Gateway and Lambda take in, give out, and wait for; the emulator has no such limits."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas of a REST API in front of a function, and our own for a silent client."""

    head_bytes: int = 10_240
    """Request line and headers together."""
    body_bytes: int = 10 * _MIB
    """A request's body, as it was sent and unpacked as well."""
    answer_bytes: int = 6 * _MIB
    """What a function may answer, as JSON."""
    compressed_from_bytes: int = 1024
    """Shorter bodies are sent as they are; the API's minimum compression size."""
    silence_seconds: float = 60.0
    """How long a client may keep its connection and say nothing."""


# Of a synchronous invoke: the whole event as JSON.
EVENT_BYTES = 6 * _MIB
ANSWER_SECONDS = 29.0
