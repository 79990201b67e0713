"""Notes of what was made from what, so that nothing is made twice."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file with one line. It is taken away before its thing changes and written after, so one
    that is there, and whole, is true.
    """

    path: Path

    def read(self) -> str:
        """What was noted; empty if nothing is."""
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def write(self, note: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(note, encoding="utf-8")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
