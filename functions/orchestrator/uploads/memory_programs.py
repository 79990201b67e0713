"""Programs of one process: for tests and for trying things out, where nothing is uploaded over
HTTP. `put` stands for the client's request."""

import hashlib
from collections.abc import Mapping

from hoist.clock import Clock
from orchestrator.uploads.errors import ProgramNotUploadedError
from orchestrator.uploads.programs import (
    OFFER_LENGTH,
    StoredProgram,
    Upload,
    check_digest,
    check_size,
    checksum_of,
)

_URL = "memory://quarantine/"


class InMemoryPrograms:
    """Implements orchestrator.uploads.programs.ProgramStore."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._quarantine: dict[str, bytes] = {}
        self._admitted: dict[str, bytes] = {}

    def offer(self, digest: str, size: int) -> Upload | None:
        check_digest(digest)
        check_size(size)
        if digest in self._admitted or digest in self._quarantine:
            return None
        headers = {
            "content-length": str(size),
            "if-none-match": "*",
            "x-amz-checksum-sha256": checksum_of(digest),
        }
        expires_at = self._clock.now() + OFFER_LENGTH
        return Upload(method="PUT", url=_URL + digest, headers=headers, expires_at=expires_at)

    def put(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """What the store does with a client's request; whether it took the body."""
        digest = url.removeprefix(_URL)
        is_whole = headers.get("content-length") == str(len(body))
        is_right = hashlib.sha256(body).hexdigest() == digest
        if digest in self._quarantine or not (is_whole and is_right):
            return False
        self._quarantine[digest] = body
        return True

    def admit(self, digest: str) -> StoredProgram:
        check_digest(digest)
        body = self._admitted.get(digest, self._quarantine.get(digest))
        if body is None:
            raise ProgramNotUploadedError(digest)
        self._admitted[digest] = body
        return StoredProgram(digest, len(body), version_id=f"v-{digest[:8]}")

    def exists(self, digest: str) -> bool:
        check_digest(digest)
        return digest in self._admitted

    def read(self, digest: str) -> bytes:
        check_digest(digest)
        if digest not in self._admitted:
            raise ProgramNotUploadedError(digest)
        return self._admitted[digest]
