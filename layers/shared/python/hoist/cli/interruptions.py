"""SIGINT and SIGTERM as exceptions that come only where a command waits.

A command that has something under way elsewhere must not be torn out of the middle of showing or
writing something; where it waits for an answer, it must hear Ctrl-C at once.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

# SIGTERM is what a build server or a supervisor sends.
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption(KeyboardInterrupt):
    """Somebody wants this command to stop."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.is_from_keyboard = number == signal.SIGINT


class Interruptions:
    """Handles the signals for a `with` block, to be entered in the main thread."""

    def __init__(self) -> None:
        self._waits = False
        self._noted: list[int] = []
        self._before: dict[int, Callable[[int, FrameType | None], Any] | int | None] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            # A shell lets what it starts in the background ignore Ctrl-C: so it stays.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def may_come(self) -> Iterator[None]:
        """Within the block a signal is raised as an Interruption, one that came before included."""
        self._waits = True
        try:
            if self._noted:
                self._raise(self._noted.pop(0))
            yield
        finally:
            self._waits = False

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._waits:
            self._raise(number)
        if self._noted:
            # What it is doing takes too long for whoever asks again.
            raise KeyboardInterrupt
        self._noted.append(number)

    def _raise(self, number: int) -> None:
        # Not a second time while the first one is on its way out of the block.
        self._waits = False
        raise Interruption(number)
