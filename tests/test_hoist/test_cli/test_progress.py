"""Progress on a terminal and in a log."""

import io
import threading
from datetime import UTC, datetime

import pytest
from rich.console import Console

from hoist.cli.context import CliContext
from hoist.cli.progress import (
    LiveProgress,
    PlainProgress,
    console_progress,
    duration,
)
from hoist.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


def console_on(output: io.StringIO, *, terminal: bool) -> Console:
    return Console(file=output, force_terminal=terminal, width=200, highlight=False)


class BeatConsole(Console):
    """A console on which the third line, the second heartbeat, is waited for."""

    def __init__(self, output: io.StringIO) -> None:
        super().__init__(file=output, width=200)
        self.has_beaten = threading.Event()
        self._lines = 0

    def print(self, *objects: object, **options: object) -> None:
        super().print(*objects, **options)  # type: ignore[arg-type]
        self._lines += 1
        if self._lines == 3:
            self.has_beaten.set()


def test_a_log_has_a_line_at_the_start_and_one_at_the_end(clock: FixedClock) -> None:
    """Off a terminal a task is two plain lines, the second with the time that it took."""
    output = io.StringIO()
    progress = PlainProgress(console_on(output, terminal=False), clock)

    with progress.task("Building [all] of it") as task:
        task.detail("half way")
        clock.advance(83)

    assert output.getvalue() == (
        "Building [all] of it ...\nBuilding [all] of it: done in 1 min 23 s\n"
    )


def test_a_log_has_a_heartbeat(clock: FixedClock) -> None:
    """While a task goes on, lines say how long it has taken and how far it has come."""
    output = io.StringIO()
    console = BeatConsole(output)
    progress = PlainProgress(console, clock, heartbeat_seconds=0.01)

    with progress.task("Building") as task:
        task.detail("7 packages")
        clock.advance(30)
        assert console.has_beaten.wait(timeout=30)

    assert "Building: 30.0 s so far (7 packages)" in output.getvalue().splitlines()


def test_a_failed_task_says_so(clock: FixedClock) -> None:
    """A task that ends with an exception is told as failed, and the exception goes on."""
    output = io.StringIO()
    progress = PlainProgress(console_on(output, terminal=False), clock)

    with pytest.raises(KeyError), progress.task("Building"):
        raise KeyError

    assert output.getvalue().splitlines()[-1] == "Building: failed after 0.0 s"


def test_a_terminal_keeps_the_result(clock: FixedClock) -> None:
    """On a terminal the moving line ends as one that stands."""
    output = io.StringIO()
    progress = LiveProgress(console_on(output, terminal=True), clock)

    progress.say("A fact [in brackets]")
    with progress.task("Building") as task:
        task.detail("7 packages")
        clock.advance(5)

    assert "A fact [in brackets]" in output.getvalue()
    assert output.getvalue().splitlines()[-1].endswith("Building: done in 5.0 s")


def test_a_terminal_shows_failure(clock: FixedClock) -> None:
    """On a terminal too, a task that ends with an exception is told as failed."""
    output = io.StringIO()
    progress = LiveProgress(console_on(output, terminal=True), clock)

    with pytest.raises(KeyError), progress.task("Building"):
        raise KeyError

    assert output.getvalue().splitlines()[-1].endswith("Building: failed after 0.0 s")


@pytest.mark.parametrize(("terminal", "kind"), [(True, LiveProgress), (False, PlainProgress)])
def test_the_console_decides_the_kind(clock: FixedClock, terminal: bool, kind: type) -> None:
    """Lines move only on a terminal."""
    console = console_on(io.StringIO(), terminal=terminal)

    assert isinstance(console_progress(console, clock), kind)


def test_no_color_is_respected(clock: FixedClock) -> None:
    """Where NO_COLOR is set the console has no colours, terminal or not."""
    assert CliContext(environ={"NO_COLOR": "1"}, clock=clock).console().no_color


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (3.21, "3.2 s"), (59.9, "59.9 s"), (60, "1 min 0 s"), (119.6, "2 min 0 s")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    """Seconds below a minute, minutes and seconds above."""
    assert duration(seconds) == words
