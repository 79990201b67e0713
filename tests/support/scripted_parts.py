"""Parts of artifacts that do as a test says."""

import os
from dataclasses import dataclass
from pathlib import Path

from building.artifacts import Artifact


@dataclass(frozen=True, slots=True)
class TextPart:
    """Writes one file, and remembers in `log` that it did."""

    text: str
    log: Path

    def fingerprint(self) -> str:
        return self.text

    def write(self, tree: Path) -> None:
        (tree / "file").write_text(self.text)
        with self.log.open("a") as log:
            log.write(f"{self.text}\n")


@dataclass(frozen=True, slots=True)
class FailingPart:
    """Writes half of what it should, then raises."""

    def fingerprint(self) -> str:
        return "failing"

    def write(self, tree: Path) -> None:
        (tree / "half").touch()
        raise OSError("the disk is full")


@dataclass(frozen=True, slots=True)
class DeadlyPart:
    """Writes half of what it should, then its process is gone as if killed."""

    def fingerprint(self) -> str:
        return "deadly"

    def write(self, tree: Path) -> None:
        (tree / "half").touch()
        os.kill(os.getpid(), 9)


def artifact_of(*parts: "TextPart | FailingPart | DeadlyPart") -> Artifact:
    """An artifact named `thing`."""
    return Artifact("thing", "things/thing", parts)
