"""Looks again and again, until somebody leaves."""

from collections.abc import Callable
from typing import Protocol

from health.commands.answers import HealthAnswer
from hoist.cli.exit_codes import ExitCode
from hoist.cli.interruptions import Interruption, Interruptions
from hoist.cli.server.errors import SERVER_DOWN
from hoist.clock import Clock
from hoist.errors import HoistError


class Screen(Protocol):
    """Shows one look after the other."""

    def show(self, answer: HealthAnswer) -> None:
        """Show what a look found."""
        ...

    def show_silence(self, error: HoistError) -> None:
        """Show that a look had no answer; the next one may have."""
        ...


class Watch:
    """Asks a server each so many seconds."""

    def __init__(
        self,
        ask: Callable[[], HealthAnswer],
        screen: Screen,
        *,
        clock: Clock,
        every_seconds: float,
    ) -> None:
        self._ask = ask
        self._screen = screen
        self._clock = clock
        self._every_seconds = every_seconds
        self._exit_code = ExitCode.INTERRUPTED

    def until_left(self, interruptions: Interruptions) -> ExitCode:
        """The exit code of the last look; of one without an answer, that nothing is known.

        A server that does not answer the first look is not waited for: its error is raised.
        """
        try:
            with interruptions.may_come():
                answer = self._ask()
            self._show(answer)
            while True:
                self._look_again(interruptions)
        except Interruption:
            return self._exit_code

    def _look_again(self, interruptions: Interruptions) -> None:
        try:
            with interruptions.may_come():
                self._clock.sleep(self._every_seconds)
                answer = self._ask()
        except SERVER_DOWN as error:
            self._exit_code = ExitCode.HEALTH_UNKNOWN
            self._screen.show_silence(error)
            return
        self._show(answer)

    def _show(self, answer: HealthAnswer) -> None:
        self._exit_code = answer.exit_code
        self._screen.show(answer)
