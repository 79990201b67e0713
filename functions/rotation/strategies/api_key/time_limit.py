"""The time that a question may take in all, however the other side spreads its bytes over it.

The timeout of a socket begins anew with every byte: whoever sends one every few seconds would be
listened to until the function itself is ended.
"""

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hoist.clock import Clock

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class TimeIsOverError(Exception):
    """No time is left to wait for the other side; it never leaves the adapter."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """An end that no byte moves."""

    clock: Clock
    ends_at: float

    @classmethod
    def of(cls, seconds: float, clock: Clock) -> "TimeLimit":
        return cls(clock, clock.monotonic() + seconds)

    @property
    def seconds_left(self) -> float:
        return self.ends_at - self.clock.monotonic()

    def wait(self, *, seconds_at_most: float) -> float:
        """How long a single wait may last; raises TimeIsOverError if no time is left."""
        left = self.seconds_left
        if left <= 0:
            raise TimeIsOverError
        return min(left, seconds_at_most)


def sockets_within(limit: TimeLimit, *, wait_seconds: float) -> type[ssl.SSLSocket]:
    """Sockets whose every wait is as short as `wait_seconds`, and all of them as the limit."""

    class SocketWithin(ssl.SSLSocket):
        # What else receives and sends comes down to these two.
        def read(self, len: int = 1024, buffer: "WriteableBuffer | None" = None) -> bytes:  # noqa: A002
            self.settimeout(limit.wait(seconds_at_most=wait_seconds))
            return super().read(len, buffer)

        def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
            self.settimeout(limit.wait(seconds_at_most=wait_seconds))
            return super().send(data, flags)

    return SocketWithin
