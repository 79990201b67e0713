"""One resource as a line of text."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from hoist.cli.display.board import Board, Row, RowStatus
from hoist.cli.display.words import name_in, short_type, words_of
from hoist.cli.progress import duration
from hoist.operation_events import OperationName, PropertyChange

# More names than these make the line longer than a screen and say no more.
MAX_NAMED_CHANGES = 3
# Below this the time says nothing but that there was no waiting.
NOTABLE_SECONDS = 0.1


def row_line(row: Row, board: Board, *, now: datetime) -> Text:
    """`+ aws:s3:Bucket pictures  created (0.4 s)`"""
    operation = row.operation if row.status is RowStatus.RUNNING else row.settled_operation
    words = words_of(operation, within=board.operation)
    sign, style = ("!", "bold red") if row.status is RowStatus.FAILED else (words.sign, words.style)
    line = Text(f"{sign} ", style=style)
    line.append(resource_label(row.resource_type, row.urn), style="bold")
    line.append(f"  {_status(row, board.operation)}", style=style)
    if elapsed := _elapsed(row, board.operation, now):
        line.append(f" ({elapsed})", style="dim")
    if row.error:
        line.append(f": {row.error}", style="red")
    elif row.changes and not row.is_unchanged:
        line.append(f"  {changed_names(row.changes)}", style="dim")
    return line


def resource_label(resource_type: str, urn: str) -> str:
    """Type and name, as people call a resource."""
    return f"{short_type(resource_type)} {name_in(urn)}".strip()


def changed_names(changes: Sequence[PropertyChange]) -> str:
    """The names of the changed properties, cut where there are many."""
    names = [change.path for change in changes[:MAX_NAMED_CHANGES]]
    left_out = len(changes) - len(names)
    return ", ".join(names) + (f" and {left_out} more" if left_out else "")


def _status(row: Row, within: OperationName) -> str:
    words = words_of(row.settled_operation, within=within)
    if row.status is RowStatus.FAILED:
        return f"{words.doing} failed" if row.operation else "refused"
    if row.status is RowStatus.LEFT:
        return "not finished"
    if within is OperationName.PREVIEW:
        return words.planned
    if row.status is RowStatus.RUNNING:
        return words_of(row.operation, within=within).doing
    return words.done


def _elapsed(row: Row, within: OperationName, now: datetime) -> str:
    # A plan takes no time, and a component as long as what is in it.
    seconds = row.seconds(now)
    if within is OperationName.PREVIEW or not row.is_custom or row.is_unchanged:
        return ""
    return duration(seconds) if seconds >= NOTABLE_SECONDS else ""
