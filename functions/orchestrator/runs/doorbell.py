"""The doorbell: a message that only says "look at this stack". It may be lost or come twice."""

from typing import Protocol


class Doorbell(Protocol):
    """Wakes a worker."""

    def ring(self, stack_id: str) -> None:
        """Have some worker look at the stack soon. Raises DoorbellUnavailableError."""
        ...
