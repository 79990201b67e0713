"""Progress for commands that must start fast: plain lines on standard error, without rich."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


class EchoProgress:
    """A line for what is said and one for each task."""

    def say(self, sentence: str) -> None:
        click.echo(sentence, err=True)

    @contextmanager
    def task(self, sentence: str) -> Iterator["_EchoTask"]:
        click.echo(f"{sentence} ...", err=True)
        yield _EchoTask()


class _EchoTask:
    def detail(self, text: str) -> None:
        """What a task that is over in a moment says in between is not shown."""
