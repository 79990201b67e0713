"""What a log record's body holds: a batch of entries or a whole state, or the seal that ends it.

Each has a first line of our own. A batch is the client's text: without that line a client could
write a seal.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self

from orchestrator.state.errors import CorruptStateError

# The digit is the format number.
_BATCH_LINE = b"batch 1\n"
_CHECKPOINT_LINE = b"checkpoint 1\n"
_SEAL_LINE = b"seal 1\n"


class SealReason(StrEnum):
    """Why nothing may follow."""

    COMPLETED = "completed"
    TAKEN_OVER = "taken_over"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Seal:
    """The last record of a log.

    `succeeded` and `resource_changes` are what the client said on completing. Who finishes the
    update in its place needs them.
    """

    reason: SealReason
    detail: str = ""
    succeeded: bool = False
    resource_changes: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """A sentence for whoever comes later."""
        sentence = {
            SealReason.COMPLETED: "this update has already completed",
            SealReason.TAKEN_OVER: "this update was taken over, since its client seemed dead",
            SealReason.CANCELLED: "this update was cancelled",
            SealReason.REFUSED: "this update was refused before",
        }[self.reason]
        return f"{sentence}: {self.detail}" if self.detail else sentence

    def as_body(self) -> bytes:
        """The log record's body."""
        return _SEAL_LINE + json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self | None:
        """The seal in a log record's body, or None if the body holds a batch."""
        if not body.startswith(_SEAL_LINE):
            return None
        fields = json.loads(body.removeprefix(_SEAL_LINE))
        return cls(**{**fields, "reason": SealReason(fields["reason"])})


def batch_as_body(batch: bytes) -> bytes:
    """The log record's body for a batch."""
    return _BATCH_LINE + batch


def checkpoint_as_body(state: bytes) -> bytes:
    """The log record's body for a whole state, compressed: one comes with every step of a run."""
    return _CHECKPOINT_LINE + zlib.compress(state, zlib.Z_BEST_SPEED)


def checkpoint_in_body(body: bytes) -> bytes | None:
    """The state in a log record's body, None if it holds something else.

    Raises CorruptStateError if it is damaged.
    """
    if not body.startswith(_CHECKPOINT_LINE):
        return None
    try:
        return zlib.decompress(body.removeprefix(_CHECKPOINT_LINE))
    except zlib.error as error:
        raise CorruptStateError(
            "a checkpoint in the journal is damaged", way_out="restore the journal from a backup"
        ) from error


def batch_in_body(body: bytes) -> bytes:
    """The batch in a log record's body; raises CorruptStateError if it is none of ours."""
    if not body.startswith(_BATCH_LINE):
        raise CorruptStateError(
            "a record of the journal is neither a batch nor a seal that this version knows",
            way_out="use the version of Hoist that wrote it, or restore the journal",
        )
    return body.removeprefix(_BATCH_LINE)
