"""Whether the server is there, as a person who follows a run should hear of it."""

from collections.abc import Callable

from hoist.cli.progress import duration
from hoist.cli.server.errors import ServerUnreachableError
from hoist.clock import Clock
from hoist.errors import EnvironmentFaultError

# Shorter silence is a matter of networks.
SAID_AFTER_SECONDS = 2.0
# An outage that lasts longer needs somebody who looks at it.
GIVEN_UP_AFTER_SECONDS = 15 * 60.0


class Contact:
    """Says when the server has gone, and when it is back."""

    def __init__(self, *, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._lost_at: float | None = None
        self._is_said = False

    def lost(self, error: EnvironmentFaultError, *, way_out: str) -> None:
        """Note that an answer did not come; raises ServerUnreachableError when it is enough."""
        now = self._clock.monotonic()
        if self._lost_at is None:
            self._lost_at = now
        silent_seconds = now - self._lost_at
        if silent_seconds >= GIVEN_UP_AFTER_SECONDS:
            raise ServerUnreachableError(
                f"{error.message}, for {duration(silent_seconds)}; the run goes on without us",
                way_out=way_out,
            ) from error
        if silent_seconds >= SAID_AFTER_SECONDS and not self._is_said:
            self._is_said = True
            self._say(f"{error.message}; the run goes on, trying again ...")

    def found(self) -> None:
        """Note that an answer came."""
        if self._is_said and self._lost_at is not None:
            silent = duration(self._clock.monotonic() - self._lost_at)
            self._say(f"The server answers again, after {silent}.")
        self._lost_at, self._is_said = None, False
