"""Chooses how an operation is shown."""

from contextlib import AbstractContextManager
from typing import Protocol

import click

from hoist.cli.context import CliContext
from hoist.cli.display.ndjson import NdjsonDisplay
from hoist.operation_events import OperationEvent


class Display(AbstractContextManager["Display"], Protocol):
    """Shows the events of one operation, from its start to its result, while it is entered."""

    def show(self, event: OperationEvent) -> None:
        """Show an event; from any thread."""
        ...

    def say(self, sentence: str) -> None:
        """Say something of the command's own on standard error: it is no event."""
        ...

    def paused(self) -> AbstractContextManager[None]:
        """Nothing moves on the screen until the block ends, so that a question can be asked."""
        ...


def display_for(context: CliContext, *, as_json: bool, is_verbose: bool) -> Display:
    """NDJSON if asked for, a live tree on a terminal, else plain lines.

    What moves goes to standard error, what is left goes to standard output.
    """
    if as_json:
        return NdjsonDisplay(click.echo)

    from rich.console import Console

    from hoist.cli.display.live import LiveDisplay
    from hoist.cli.display.plain import PlainDisplay

    console = context.console()
    results = Console(highlight=False, no_color=bool(context.environ.get("NO_COLOR")))
    is_live = console.is_terminal and not console.is_dumb_terminal
    kind = LiveDisplay if is_live else PlainDisplay
    return kind(console, results, context.clock, is_verbose=is_verbose)
