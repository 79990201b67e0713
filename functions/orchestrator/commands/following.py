"""Follows a run from its first event to its end, over lost connections and several workers."""

from collections.abc import Callable
from dataclasses import dataclass

from hoist.cli.display.display import Display
from hoist.cli.exit_codes import ExitCode, exit_code_after
from hoist.cli.interruptions import Interruption, Interruptions
from hoist.cli.server.errors import SERVER_DOWN
from hoist.clock import Clock
from hoist.operation_events import OperationEnded
from orchestrator.commands.contact import Contact
from orchestrator.commands.narration import Narrator
from orchestrator.commands.server.answers import EventPage, RunFacts
from orchestrator.commands.server.api import StackApi

# What a worker writes is on the screen at once while it writes, and after 2 s at most.
SHORTEST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0
_PAUSE_GROWTH = 1.5

OnInterruption = Callable[[Interruption], None]
"""Told of a Ctrl-C; returns if the run is to be followed further, else raises."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A run at its end, or where it needs attention, and its result."""

    run: RunFacts
    result: OperationEnded

    @property
    def exit_code(self) -> ExitCode:
        if self.run.needs_attention:
            return ExitCode.FAILED
        return exit_code_after(self.result.outcome)


class Follower:
    """Shows the events of one run, but its result."""

    def __init__(self, stack: StackApi, run_id: str, display: Display, *, clock: Clock) -> None:
        self._stack = stack
        self._run_id = run_id
        self._display = display
        self._clock = clock
        self._contact = Contact(clock=clock, say=display.say)
        self._narrator = Narrator()
        self._cursor = ""
        self._pause_seconds = 0.0

    def follow(self, interruptions: Interruptions, on_interruption: OnInterruption) -> Followed:
        """Wait for the end; raises ServerUnreachableError only after a long silence."""
        while True:
            try:
                with interruptions.may_come():
                    page = self._poll()
            except Interruption as interruption:
                on_interruption(interruption)
                continue
            if page is None:
                continue
            self._show(page)
            if page.is_complete:
                return Followed(page.run, self._narrator.result(page.run))

    def catch_up(self) -> Followed | RunFacts:
        """Show what there is until now, without waiting for more; the run if it is not at its end.

        Raises the errors of `server.errors`.
        """
        while True:
            page = self._stack.events(self._run_id, after=self._cursor)
            self._show(page)
            if page.is_complete:
                return Followed(page.run, self._narrator.result(page.run))
            if not page.events:
                return page.run

    def _poll(self) -> EventPage | None:
        """The next page; None if no answer came, which is tried again."""
        self._clock.sleep(self._pause_seconds)
        try:
            page = self._stack.events(self._run_id, after=self._cursor)
        except SERVER_DOWN as error:
            self._slow_down()
            self._contact.lost(
                error, way_out=f"follow it with `hoist logs {self._run_id} --follow`"
            )
            return None
        self._contact.found()
        return page

    def _show(self, page: EventPage) -> None:
        told = self._narrator.tell(page)
        self._cursor = page.next
        for event in told:
            self._display.show(event)
        if told:
            self._pause_seconds = SHORTEST_PAUSE_SECONDS
        else:
            self._slow_down()

    def _slow_down(self) -> None:
        slower = max(SHORTEST_PAUSE_SECONDS, self._pause_seconds * _PAUSE_GROWTH)
        self._pause_seconds = min(LONGEST_PAUSE_SECONDS, slower)
