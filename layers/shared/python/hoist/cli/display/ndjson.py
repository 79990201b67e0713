"""Shows an operation to a program: one JSON object per line, as `operation_events` has them."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Self

import click

from hoist.operation_event_documents import as_line
from hoist.operation_events import OperationEvent


class NdjsonDisplay:
    """Writes each event as a line, at once."""

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self._write_line = write_line

    def show(self, event: OperationEvent) -> None:
        self._write_line(as_line(event))

    def say(self, sentence: str) -> None:
        click.echo(sentence, err=True)

    def paused(self) -> AbstractContextManager[None]:
        return nullcontext()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """There is nothing to close."""
