"""The rows of a board as a tree by parent, cut to the height of the screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from hoist.cli.display.board import Board, Row, RowStatus
from hoist.cli.display.rows import row_line

_BRANCH, _LAST, _PIPE, _BLANK = "├─ ", "└─ ", "│  ", "   "
# Where not all rows fit, those that tell most are kept.
_RANK = {RowStatus.FAILED: 0, RowStatus.RUNNING: 1, RowStatus.LEFT: 2, RowStatus.DONE: 3}


@dataclass(frozen=True, slots=True)
class TreeView:
    """What to show of a board's rows."""

    is_verbose: bool = False
    """Unchanged resources as well."""
    max_lines: int | None = None


def tree_lines(board: Board, view: TreeView, *, now: datetime) -> list[Text]:
    """A line per row that is shown, below its parent.

    Where there are more than fit, what failed, what is under way and what ended last stays.
    """
    wanted = [row for row in board.rows.values() if view.is_verbose or not row.is_unchanged]
    shown = _with_parents(board, wanted)
    if view.max_lines is not None and len(shown) > view.max_lines:
        shown = _most_telling(board, wanted, view.max_lines - 1)
    lines = [
        Text(guides, style="dim").append_text(row_line(row, board, now=now))
        for row, guides in _Walk(board, shown).rows()
    ]
    if folded := sum(row.urn not in shown for row in wanted):
        lines.append(Text(f"… and {folded} more", style="dim"))
    return lines


def ordered_rows(board: Board) -> list[Row]:
    """All rows in the order of the tree."""
    return [row for row, _ in _Walk(board, frozenset(board.rows)).rows()]


def _with_parents(board: Board, rows: Sequence[Row]) -> frozenset[str]:
    found: set[str] = set()
    for row in rows:
        urn = row.urn
        while urn in board.rows and urn not in found:
            found.add(urn)
            urn = board.rows[urn].parent
    return frozenset(found)


def _most_telling(board: Board, rows: Sequence[Row], max_lines: int) -> frozenset[str]:
    def rank(row: Row) -> tuple[int, float]:
        ended_at = row.ended_at or row.started_at
        return _RANK[row.status], -ended_at.timestamp()

    shown: frozenset[str] = frozenset()
    for row in sorted(rows, key=rank):
        with_row = shown | _with_parents(board, [row])
        if len(with_row) > max_lines:
            break
        shown = with_row
    return shown


class _Walk:
    """Goes through the rows that are shown, from parent to children, with their guide lines."""

    def __init__(self, board: Board, shown: frozenset[str]) -> None:
        self._shown = shown
        self._children = board.children

    def rows(self) -> Iterator[tuple[Row, str]]:
        roots = self._visible("")
        stack = next((row for row in roots if row.is_stack), None)
        if stack is None:
            for row in roots:
                yield from self._row_and_below(row, "", "")
            return
        yield stack, ""
        # A resource whose parent is not known is below the stack all the same.
        others = [row for row in roots if row is not stack]
        yield from self._siblings([*self._visible(stack.urn), *others], "")

    def _siblings(self, rows: Sequence[Row], indent: str) -> Iterator[tuple[Row, str]]:
        for row in rows:
            guide, below = (_LAST, _BLANK) if row is rows[-1] else (_BRANCH, _PIPE)
            yield from self._row_and_below(row, indent + guide, indent + below)

    def _row_and_below(self, row: Row, guides: str, indent: str) -> Iterator[tuple[Row, str]]:
        yield row, guides
        yield from self._siblings(self._visible(row.urn), indent)

    def _visible(self, parent: str) -> Sequence[Row]:
        return [row for row in self._children.get(parent, ()) if row.urn in self._shown]
