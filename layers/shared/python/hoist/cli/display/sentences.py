"""What both screens say in the same words."""

from datetime import datetime

from rich.text import Text

from hoist.cli.display.board import Board, first_line
from hoist.cli.display.rows import resource_label
from hoist.cli.display.words import type_in
from hoist.cli.progress import duration
from hoist.operation_events import (
    Diagnostic,
    OperationEvent,
    OperationStarted,
    ProgramOutput,
    RunMoved,
    Severity,
    StopRequested,
)

_STYLES = {Severity.INFO: "", Severity.WARNING: "yellow", Severity.ERROR: "red"}


def title(started: OperationStarted) -> str:
    """Which operation on which stack, and its number if it has one."""
    number = f" #{started.number}" if started.number else ""
    return f"{started.operation} {started.stack}{number}"


def header(board: Board, *, now: datetime) -> Text:
    """The line above a live tree."""
    waiting = waiting_run(board, now=now)
    if board.started is None and waiting:
        return Text(waiting, style="bold")
    line = Text(title(board.started) if board.started else "starting", style="bold")
    parts = [board.progress, duration(board.seconds(now))]
    if waiting:
        parts.insert(1, waiting)
    elif in_flight := len(board.in_flight):
        parts.insert(1, f"{in_flight} in flight")
    return line.append("  " + " · ".join(parts), style="not bold")


def waiting_run(board: Board, *, now: datetime) -> str:
    """Where the run is, and since when, while nobody works on it; empty otherwise."""
    moved = board.moved
    if moved is None or moved.state == _RUNNING or moved.state in _ENDINGS:
        return ""
    return f"{_where(moved)} ({duration(max(0.0, (now - moved.at).total_seconds()))})"


def said(event: OperationEvent) -> Text | None:
    """What somebody said, as a paragraph; None if the event is not of that kind.

    An error is told in full by the result, once; here only that there is one.
    """
    match event:
        case ProgramOutput(line=line):
            return Text(f"| {line}", style="dim")
        case StopRequested(is_urgent=is_urgent):
            return Text(_STOPPING_NOW if is_urgent else _STOPPING, style="bold yellow")
        case RunMoved():
            # How it ended, the result tells.
            return None if event.state in _ENDINGS else _moved(event)
        case Diagnostic():
            return _diagnostic(event)
        case _:
            return None


def _moved(event: RunMoved) -> Text:
    return Text(f"{_where(event)}: {event.reason}" if event.reason else _where(event), style="dim")


def _where(event: RunMoved) -> str:
    verb = _VERBS.get(event.state, f"is {event.state}")
    ahead = f", {event.position} ahead of it" if event.position else ""
    return f"run {event.run_id} {verb}{ahead}"


def _diagnostic(event: Diagnostic) -> Text:
    about = f" {resource_label(type_in(event.urn), event.urn)}" if event.urn else ""
    is_error = event.severity is Severity.ERROR
    message = first_line(event.message) if is_error else event.message
    return Text(f"{event.severity}{about}: {message}", style=_STYLES[event.severity])


_RUNNING = "running"
_ENDINGS = frozenset({"succeeded", "failed", "cancelled", "dead"})
_VERBS = {"needs_attention": "needs attention"}
_STOPPING = "Stopping: what is in flight is finished, nothing new is begun."
_STOPPING_NOW = (
    "Stopping at once: what is in flight is abandoned, and a create among it has to be settled."
)
