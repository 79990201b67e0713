"""Whom the local installation tells what it is doing; the CLI shows it, tests collect it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Task(Protocol):
    """Something that takes a while and is under way."""

    def detail(self, text: str) -> None:
        """How far it has come, in a few words; replaces what was said before."""
        ...


class Progress(Protocol):
    """Is told what happens."""

    def say(self, sentence: str) -> None:
        """A fact worth a line."""
        ...

    def task(self, sentence: str) -> AbstractContextManager[Task]:
        """Something is under way until the block ends. Tasks are not nested."""
        ...


class SilentProgress:
    """Tells nobody."""

    def say(self, sentence: str) -> None:
        pass

    @contextmanager
    def task(self, sentence: str) -> Iterator[Task]:
        yield _SilentTask()


class _SilentTask:
    def detail(self, text: str) -> None:
        pass
