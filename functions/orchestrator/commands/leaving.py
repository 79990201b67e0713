"""What Ctrl-C means while a run is followed: the run is elsewhere and does not end with us."""

import os
import select
import sys

import click

from hoist.cli.display.display import Display
from hoist.cli.interruptions import Interruption, Interruptions
from hoist.cli.server.errors import SERVER_DOWN, ServerConflictError
from hoist.errors import HoistError
from orchestrator.commands.server.api import StackApi

DETACH, CANCEL = "d", "c"
_GLANCE_SECONDS = 0.2
_LONGEST_LINE = 4096


class RunDetachedError(HoistError):
    """This command stopped following a run, which goes on."""

    code = "run_detached"

    def __init__(self, run_id: str, *, selection: str) -> None:
        super().__init__(
            f"run {run_id} is not followed any more; it goes on",
            way_out=f"`hoist logs {run_id} --follow{selection}` shows it,"
            f" `hoist cancel {run_id}{selection}` stops it",
        )


class Leaving:
    """On a terminal the first Ctrl-C asks, elsewhere it cancels; the next one only leaves."""

    def __init__(
        self,
        stack: StackApi,
        run_id: str,
        display: Display,
        interruptions: Interruptions,
        *,
        selection: str,
    ) -> None:
        self._stack = stack
        self._run_id = run_id
        self._display = display
        self._interruptions = interruptions
        self._selection = selection
        self._has_cancelled = False

    def heed(self, interruption: Interruption) -> None:
        """Return if the run is to be followed to its end; raises RunDetachedError."""
        if self._has_cancelled or not self._wants_cancel(interruption):
            raise RunDetachedError(self._run_id, selection=self._selection)
        self._cancel()

    def _wants_cancel(self, interruption: Interruption) -> bool:
        # A supervisor that sends SIGTERM cannot be asked.
        if not interruption.is_from_keyboard or not _has_terminal():
            return True
        with self._display.paused():
            return self._answer() == CANCEL

    def _answer(self) -> str:
        question = f"Detach and let run {self._run_id} go on ({DETACH}), or cancel it ({CANCEL})? "
        try:
            with self._interruptions.may_come():
                while (answer := _ask(question)) not in (DETACH, CANCEL):
                    click.echo(f"Type {DETACH} or {CANCEL}.", err=True)
        except (Interruption, EOFError):
            # Neither Ctrl-C once more nor the end of the input is a wish to cancel.
            return DETACH
        return answer

    def _cancel(self) -> None:
        try:
            with self._interruptions.may_come():
                self._stack.cancel(self._run_id)
        except ServerConflictError:
            # It has ended meanwhile: its result is on the way.
            return
        except SERVER_DOWN as error:
            self._display.say(f"It could not be cancelled: {error.message}. Ctrl-C tries again.")
            return
        except Interruption as again:
            raise RunDetachedError(self._run_id, selection=self._selection) from again
        self._has_cancelled = True
        self._display.say("Asked the server to cancel it. Ctrl-C again leaves it to itself.")


def _has_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: str) -> str:
    """The line that is typed; raises EOFError at the end of the input.

    `input` sleeps on over a signal that comes right before it waits. Here the waits are short.
    """
    click.echo(question, nl=False, err=True)
    while not select.select([sys.stdin], [], [], _GLANCE_SECONDS)[0]:
        pass
    # A terminal gives one line at a time.
    line = os.read(sys.stdin.fileno(), _LONGEST_LINE)
    if not line:
        raise EOFError
    return line.decode(errors="replace").strip()
