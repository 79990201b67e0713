"""What is asked of a store of programs."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from orchestrator.engine.programs.errors import ProgramTooLargeError
from orchestrator.engine.programs.limits import DEFAULT_LIMITS, MEBIBYTE
from orchestrator.uploads.errors import ProgramNameError

MAX_PROGRAM_BYTES = DEFAULT_LIMITS.archive_bytes
# Long enough for the largest program over a slow line, short enough to be worthless when it leaks.
OFFER_LENGTH = timedelta(minutes=15)

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One request that a client may send, exactly as it is here."""

    method: str
    url: str
    headers: Mapping[str, str]
    """All of them are signed: without one, or with another value, the store refuses."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredProgram:
    """A program that may be run."""

    digest: str
    size: int
    version_id: str


class ProgramStore(Protocol):
    """Programs by the SHA-256 of their zip, in 64 hex digits. Each is written once.

    Every method raises ProgramNameError for a digest that is none.
    """

    def offer(self, digest: str, size: int) -> Upload | None:
        """How to upload the program; None if it is there. May be asked again and again.

        Raises ProgramTooLargeError.
        """
        ...

    def admit(self, digest: str) -> StoredProgram:
        """Take an upload in, if it holds what its digest names; does nothing if that was done.

        Raises ProgramNotUploadedError, ProgramDamagedError, ProgramTooLargeError.
        """
        ...

    def exists(self, digest: str) -> bool:
        """Whether the program was admitted."""
        ...

    def read(self, digest: str) -> bytes:
        """The zip of an admitted program, hashed again.

        Raises ProgramNotUploadedError, ProgramDamagedError.
        """
        ...


def check_digest(digest: str) -> None:
    """Raises ProgramNameError."""
    if not _DIGEST.fullmatch(digest):
        raise ProgramNameError(
            f"{digest[:80]!r} is no SHA-256", way_out="send the zip's hash as 64 hex digits"
        )


def check_size(size: int) -> None:
    """Raises ProgramNameError, ProgramTooLargeError."""
    if size < 1:
        raise ProgramNameError(f"no program has {size} bytes", way_out="send the zip's length")
    if size > MAX_PROGRAM_BYTES:
        raise ProgramTooLargeError(
            f"the program is larger than {MAX_PROGRAM_BYTES // MEBIBYTE} MiB",
            way_out="list what it does not need in .hoistignore",
        )


def checksum_of(digest: str) -> str:
    """The digest as S3 writes a SHA-256."""
    return base64.b64encode(bytes.fromhex(digest)).decode()
