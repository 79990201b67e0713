"""A progress that remembers what it was told."""

from collections.abc import Iterator
from contextlib import contextmanager


class RecordingTask:
    """Remembers the details of one task."""

    def __init__(self) -> None:
        self.details: list[str] = []

    def detail(self, text: str) -> None:
        self.details.append(text)


class RecordingProgress:
    """Facts in `said`, begun tasks in `tasks`, by their sentences."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.tasks: dict[str, RecordingTask] = {}

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    @contextmanager
    def task(self, sentence: str) -> Iterator[RecordingTask]:
        task = self.tasks.setdefault(sentence, RecordingTask())
        yield task
