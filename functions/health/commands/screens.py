"""What is shown of each look: a page that is redrawn, text, or JSON."""

import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from health.commands.answers import HealthAnswer
from health.commands.watching import Screen
from health.report.text import report_text
from hoist.cli.context import CliContext, print_json
from hoist.errors import HoistError

if TYPE_CHECKING:
    from rich.console import Console


def print_answer(answer: HealthAnswer, context: CliContext, *, as_json: bool) -> None:
    """Print one answer to standard output: the document as it came, or what a person reads."""
    if as_json:
        print_json(answer.document)
        return
    console = _terminal(context)
    if console is None:
        click.echo(report_text(answer.report), nl=False)
        return

    from health.commands.page import coloured

    console.print(coloured(report_text(answer.report)), soft_wrap=True, end="")


def screen_for(context: CliContext, *, as_json: bool) -> AbstractContextManager[Screen]:
    """NDJSON if asked for, a page that is redrawn on a terminal, else one text after the other."""
    if as_json:
        return nullcontext(JsonLines())
    console = _terminal(context)
    if console is None:
        return nullcontext(Texts())

    from health.commands.page import Page

    return Page(console, context.clock)


class JsonLines:
    """One line of JSON for each look, without an answer the error as other commands tell it."""

    def show(self, answer: HealthAnswer) -> None:
        _print_line(answer.document)

    def show_silence(self, error: HoistError) -> None:
        facts = {"code": error.code, "message": error.message, "way_out": error.way_out}
        _print_line({"error": facts})


class Texts:
    """What a person reads, with an empty line between two looks."""

    def __init__(self) -> None:
        self._has_shown = False

    def show(self, answer: HealthAnswer) -> None:
        if self._has_shown:
            click.echo()
        self._has_shown = True
        click.echo(report_text(answer.report), nl=False)

    def show_silence(self, error: HoistError) -> None:
        click.echo(f"{error.message}; trying again ...", err=True)


def _print_line(document: Mapping[str, Any]) -> None:
    click.echo(json.dumps(document, separators=(",", ":")))


def _terminal(context: CliContext) -> "Console | None":
    """Standard output as a terminal; None if it is none, or one that cannot redraw."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    console = Console(highlight=False, no_color=bool(context.environ.get("NO_COLOR")))
    return None if console.is_dumb_terminal else console
