"""How often, and how far apart, a rotation is tried."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tries:
    """The whole rotation is tried again, with the same token. AWS does not tell its numbers."""

    at_most: int = 3
    first_pause_seconds: float = 5
    longest_pause_seconds: float = 300

    def pause_after(self, number: int) -> float:
        """How long to wait after try `number`, counted from one."""
        return min(self.first_pause_seconds * 2.0 ** (number - 1), self.longest_pause_seconds)
