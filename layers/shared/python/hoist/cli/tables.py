"""Facts in aligned columns, for commands that start without rich."""

from collections.abc import Sequence

import click


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below their headings; a column that is empty everywhere is left out."""
    used = [index for index in range(len(headings)) if any(row[index] for row in rows)]
    print_columns([[row[index] for index in used] for row in (headings, *rows)] if rows else [])


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print rows whose columns are as wide as their widest text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def one_line(text: str, *, limit: int = 60) -> str:
    """The text without line ends, cut where it would push other columns off the screen."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
