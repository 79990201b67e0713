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
    line = Text(title(board.started) if board.started else "starting", style="bold")
    parts = [board.progress, duration(board.seconds(now))]
    if in_flight := len(board.in_flight):
        parts.insert(1, f"{in_flight} in flight")
    return line.append("  " + " · ".join(parts), style="not bold")


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
            return _moved(event)
        case Diagnostic():
            return _diagnostic(event)
        case _:
            return None


def _moved(event: RunMoved) -> Text:
    line = Text(f"run {event.run_id} is {event.state.replace('_', ' ')}", style="dim")
    if event.position:
        line.append(f", {event.position} ahead of it")
    return line.append(f": {event.reason}" if event.reason else "")


def _diagnostic(event: Diagnostic) -> Text:
    about = f" {resource_label(type_in(event.urn), event.urn)}" if event.urn else ""
    is_error = event.severity is Severity.ERROR
    message = first_line(event.message) if is_error else event.message
    return Text(f"{event.severity}{about}: {message}", style=_STYLES[event.severity])


_STOPPING = (
    "Stopping: what is in flight is finished, nothing new is begun. Ctrl-C again to stop at once."
)
_STOPPING_NOW = (
    "Stopping at once: what is in flight is abandoned, and a create among it has to be settled."
)
