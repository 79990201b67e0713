"""Shows what is under way: a live line on a terminal, plain lines with a heartbeat elsewhere."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from hoist.clock import Clock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.console import Console

# A log that says nothing for a minute looks like a hang.
HEARTBEAT_SECONDS = 30.0


class ShownTask(Protocol):
    """A task that is being shown."""

    def detail(self, text: str) -> None:
        """How far it has come; replaces what was said before."""
        ...


class ConsoleProgress(Protocol):
    """Shows facts and tasks on a console. Tasks are not nested."""

    def say(self, sentence: str) -> None:
        """Show a fact on a line of its own."""
        ...

    def task(self, sentence: str) -> "AbstractContextManager[ShownTask]":
        """Show that something is under way until the block ends, and how long it took."""
        ...


def console_progress(console: "Console", clock: Clock) -> ConsoleProgress:
    """The kind that fits the console."""
    return LiveProgress(console, clock) if console.is_terminal else PlainProgress(console, clock)


class PlainProgress:
    """Lines for a log: one at the start, one at the end, and a heartbeat between."""

    def __init__(
        self, console: "Console", clock: Clock, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        self._console = console
        self._clock = clock
        self._heartbeat_seconds = heartbeat_seconds

    def say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def task(self, sentence: str) -> Iterator[ShownTask]:
        started_at = self._clock.monotonic()
        task = _PlainTask()

        def elapsed() -> str:
            return duration(self._clock.monotonic() - started_at)

        def beat() -> None:
            self.say(f"{sentence}: {elapsed()} so far{task.in_brackets()}")

        self.say(f"{sentence} ...")
        try:
            with _every(self._heartbeat_seconds, beat):
                yield task
        except BaseException:
            self.say(f"{sentence}: failed after {elapsed()}")
            raise
        self.say(f"{sentence}: done in {elapsed()}")


class LiveProgress:
    """A line that moves while a task is under way, and stands when it is over."""

    def __init__(self, console: "Console", clock: Clock) -> None:
        self._console = console
        self._clock = clock

    def say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def task(self, sentence: str) -> Iterator[ShownTask]:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        started_at = self._clock.monotonic()
        columns = (
            SpinnerColumn("line"),
            TextColumn("{task.description} {task.fields[detail]}", markup=False),
            TimeElapsedColumn(),
        )
        outcome = "failed after"
        try:
            with Progress(*columns, console=self._console, transient=True) as bar:
                yield _LiveTask(bar.update, bar.add_task(sentence, total=None, detail=""))
            outcome = "done in"
        finally:
            self.say(f"{sentence}: {outcome} {duration(self._clock.monotonic() - started_at)}")


class _PlainTask:
    def __init__(self) -> None:
        self._text = ""

    def detail(self, text: str) -> None:
        self._text = text

    def in_brackets(self) -> str:
        return f" ({self._text})" if self._text else ""


class _LiveTask:
    def __init__(self, update: Callable[..., None], task_id: int) -> None:
        self._update = update
        self._task_id = task_id

    def detail(self, text: str) -> None:
        self._update(self._task_id, detail=f"({text})")


def duration(seconds: float) -> str:
    """A span of time as people say it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


@contextmanager
def _every(seconds: float, beat: Callable[[], None]) -> Iterator[None]:
    has_ended = threading.Event()

    def run() -> None:
        while not has_ended.wait(seconds):
            beat()

    heart = threading.Thread(target=run, name="heartbeat", daemon=True)
    heart.start()
    try:
        yield
    finally:
        has_ended.set()
        heart.join()
