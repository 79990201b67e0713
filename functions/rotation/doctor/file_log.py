"""The log of rotations of a file store: a line per event, in a file beside the secrets."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hoist.rotation_engine.events import EventName
from hoist.secrets.disk import Disk, disk_errors
from hoist.secrets.errors import SecretStoreUnavailableError
from rotation.doctor.log import Failure, LogEntry, entry_in, failure_in

_FILE = "rotations.ndjson"
_KEPT = ("eventName", "eventTime", "additionalEventData")


class FileRotationLog:
    """A RotationLog, and a listener of the rotation engine."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _FILE
        self._disk = Disk(directory)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Keep a service event; of an error only step, kind and code."""
        detail = event["detail"]
        if detail.get("eventName") not in set(EventName):
            return
        kept = {name: detail[name] for name in _KEPT}
        if "errorMessage" in detail:
            kept["errorMessage"] = _as_message(failure_in(detail["errorMessage"]))
        # A full disk must not keep a secret from rotating.
        with suppress(SecretStoreUnavailableError):
            self._append(json.dumps(kept).encode() + b"\n")

    def entries(self, arn: str) -> Sequence[LogEntry]:
        content = self._disk.read(self._path) or b""
        lines = content.decode(errors="replace").splitlines()
        # The last line may be torn; a line that cannot be read tells nothing.
        return [entry for line in lines if (entry := entry_in(line, arn))]

    def _append(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        with self._disk.locked(), disk_errors(self._path):
            file = os.open(self._path, flags, 0o600)
            with os.fdopen(file, "ab") as opened:
                opened.write(line)


def _as_message(failure: Failure) -> str:
    """A message that says no more than the failure does."""
    cause = f"{failure.kind}/{failure.code}: failed" if failure.kind else "failed"
    return f"{cause} during {failure.step} step" if failure.step else cause
