"""Shows an operation in a log: a line per change, and now and then what is in flight."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

from hoist.cli.display.board import Board, Row
from hoist.cli.display.result import result_block
from hoist.cli.display.rows import changed_names, resource_label
from hoist.cli.display.sentences import said, title, waiting_run
from hoist.cli.display.words import REPLACE, SAME, words_of
from hoist.cli.progress import HEARTBEAT_SECONDS, duration
from hoist.clock import Clock
from hoist.operation_events import (
    OperationEnded,
    OperationEvent,
    OperationName,
    OperationStarted,
    StepDone,
    StepFailed,
)

# How late a heartbeat may be.
GLANCE_SECONDS = 1.0
# The longest waiting are the ones that matter.
MAX_IN_FLIGHT = 5


class PlainDisplay:
    """The lines are on `console`, the result on `results`."""

    def __init__(
        self, console: Console, results: Console, clock: Clock, *, is_verbose: bool
    ) -> None:
        self._console = console
        self._results = results
        self._clock = clock
        self._is_verbose = is_verbose
        self._board = Board()
        self._mutex = threading.Lock()
        self._last_line_at = clock.monotonic()
        self._is_over = threading.Event()
        self._heart = threading.Thread(target=self._keep_beating, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._heart.join()

    def show(self, event: OperationEvent) -> None:
        """Show an event; from any thread."""
        with self._mutex:
            self._board.apply(event)
            line = self._line(event)
            if line is not None:
                self._say(line)
            if isinstance(event, OperationEnded):
                self._results.print(result_block(event, self._board), soft_wrap=True)

    def say(self, sentence: str) -> None:
        """Say something of the command's own; from any thread."""
        with self._mutex:
            self._say(Text(sentence))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """No line comes between, until the block ends."""
        with self._mutex:
            yield

    def beat(self) -> None:
        """Say what is in flight if nothing was said for a while."""
        with self._mutex:
            is_due = self._clock.monotonic() - self._last_line_at >= HEARTBEAT_SECONDS
            if is_due and self._board.ended is None:
                self._say(self._heartbeat())

    def _keep_beating(self) -> None:
        while not self._is_over.wait(GLANCE_SECONDS):
            self.beat()

    def _say(self, line: Text) -> None:
        self._last_line_at = self._clock.monotonic()
        self._console.print(line, soft_wrap=True)

    def _line(self, event: OperationEvent) -> Text | None:
        match event:
            case OperationStarted():
                return Text(f"{title(event)} ...", style="bold")
            case StepFailed():
                row = self._board.rows[event.urn]
                words = words_of(event.operation, within=self._board.operation)
                return self._transition(row, f"{words.doing} failed", "red")
            case StepDone() if self._is_told(event):
                words = words_of(event.operation, within=self._board.operation)
                return self._transition(self._board.rows[event.urn], words.done, words.style)
            case _:
                return said(event)

    def _is_told(self, event: StepDone) -> bool:
        if self._board.operation is OperationName.PREVIEW:
            # Nothing has happened: the result tells the plan.
            return False
        # The replacement itself is no work: its two halves are told.
        return event.operation != REPLACE and (event.operation != SAME or self._is_verbose)

    def _transition(self, row: Row, what: str, style: str) -> Text:
        now = self._clock.now()
        line = Text(f"{self._board.progress} {what} ", style=style)
        line.append(resource_label(row.resource_type, row.urn))
        if row.changes and not row.error:
            line.append(f": {changed_names(row.changes)}")
        return line.append(f" ({duration(row.seconds(now))})", style="dim")

    def _heartbeat(self) -> Text:
        now = self._clock.now()
        elapsed = duration(self._board.seconds(now))
        if where := waiting_run(self._board, now=now):
            return Text(f"{self._board.progress} {elapsed}, {where}")
        waiting = sorted(self._board.in_flight, key=lambda row: row.started_at)
        told = [self._under_way(row) for row in waiting[:MAX_IN_FLIGHT]]
        if left_out := len(waiting) - len(told):
            told.append(f"and {left_out} more")
        return Text(f"{self._board.progress} {elapsed}, in flight: {', '.join(told) or 'nothing'}")

    def _under_way(self, row: Row) -> str:
        words = words_of(row.operation, within=self._board.operation)
        label = resource_label(row.resource_type, row.urn)
        return f"{words.doing} {label} ({duration(row.seconds(self._clock.now()))})"
