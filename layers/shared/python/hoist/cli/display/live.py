"""Shows an operation on a terminal: a header and a tree that move while it runs, then stand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from hoist.cli.display.board import Board
from hoist.cli.display.result import result_block
from hoist.cli.display.sentences import header, said
from hoist.cli.display.tree import TreeView, tree_lines
from hoist.clock import Clock
from hoist.operation_events import OperationEnded, OperationEvent, OperationName

# Seconds are shown with one decimal; redrawing more often shows nothing new.
REFRESHES_PER_SECOND = 8
# The header, the count of unchanged resources, the line below; one more for the prompt.
OTHER_LINES = 4


class LiveDisplay:
    """The moving part is on `console`, the result on `results`."""

    def __init__(
        self, console: Console, results: Console, clock: Clock, *, is_verbose: bool
    ) -> None:
        self._console = console
        self._results = results
        self._clock = clock
        self._is_verbose = is_verbose
        self._board = Board()
        self._mutex = threading.Lock()
        self._live = Live(
            console=console,
            get_renderable=self.frame,
            refresh_per_second=REFRESHES_PER_SECOND,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, event: OperationEvent) -> None:
        """Show an event; from any thread."""
        with self._mutex:
            self._board.apply(event)
        # Printing waits for a refresh, and a refresh for the mutex: it must be free by now.
        if (paragraph := said(event)) is not None:
            self._console.print(paragraph, soft_wrap=True)
        if isinstance(event, OperationEnded):
            self._live.stop()
            self._results.print(result_block(event, self._board), soft_wrap=True)

    def say(self, sentence: str) -> None:
        """Say something of the command's own; from any thread."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The moving part is gone until the block ends."""
        self._live.transient = True
        self._live.stop()
        try:
            yield
        finally:
            self._live.transient = False
            self._live.start()

    def frame(self) -> Group:
        """The picture of this moment."""
        with self._mutex:
            lines = self._lines()
        for line in lines:
            line.no_wrap, line.overflow = True, "ellipsis"
        return Group(*lines)

    def _lines(self) -> list[Text]:
        board, now = self._board, self._clock.now()
        has_ended = board.ended is not None
        if has_ended and board.operation is OperationName.PREVIEW:
            # The result tells the whole plan.
            return []
        max_lines = None if has_ended else max(1, self._console.height - OTHER_LINES)
        lines = [header(board, now=board.ended.at if board.ended else now)]
        lines += tree_lines(board, TreeView(self._is_verbose, max_lines), now=now)
        if board.unchanged_count and not self._is_verbose:
            lines.append(Text(f"{board.unchanged_count} unchanged", style="dim"))
        return lines
