"""What a preview found: each resource that would change, property by property."""

from collections.abc import Iterator

from rich.text import Text

from hoist.cli.display.board import Board, Row, RowStatus
from hoist.cli.display.rows import resource_label
from hoist.cli.display.tree import ordered_rows
from hoist.cli.display.words import REPLACE, words_of
from hoist.operation_events import PropertyChange

# A policy document has thousands of characters; `--json` has all of them.
MAX_VALUE_CHARACTERS = 120


def plan_lines(board: Board) -> Iterator[Text]:
    """Nothing where nothing would change."""
    for row in ordered_rows(board):
        if row.status is not RowStatus.FAILED and not row.is_unchanged:
            yield _resource_line(row, board)
            yield from map(_property_line, row.changes)


def _resource_line(row: Row, board: Board) -> Text:
    words = words_of(row.settled_operation, within=board.operation)
    line = Text(f"{words.sign} {words.planned} ", style=words.style)
    return line.append(resource_label(row.resource_type, row.urn), style="bold")


def _property_line(change: PropertyChange) -> Text:
    kind = change.kind.removesuffix(f"-{REPLACE}")
    line = Text("    ")
    if kind == "add":
        line.append(f"+ {change.path}: {_shown(change.new)}", style="green")
    elif kind == "delete":
        line.append(f"- {change.path}: {_shown(change.old)}", style="red")
    else:
        line.append(f"~ {change.path}: {_shown(change.old)} -> {_shown(change.new)}", "yellow")
    return line.append("  (replaces it)" if kind != change.kind else "", style="magenta")


def _shown(value: str) -> str:
    text = " ".join(value.split())
    if len(text) > MAX_VALUE_CHARACTERS:
        text = text[: MAX_VALUE_CHARACTERS - 1] + "…"
    return text or '""'
