"""What every command is handed: the environment, a clock, and the ways to say something.

Results go to standard output, everything else to standard error.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hoist.clock import Clock

if TYPE_CHECKING:
    from rich.console import Console

    from hoist.cli.progress import ConsoleProgress

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CliContext:
    """Comes to a command by `@click.pass_obj`."""

    environ: Mapping[str, str]
    clock: Clock

    def console(self) -> "Console":
        """Standard error; colours only on a terminal, and not where NO_COLOR is set."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, no_color=bool(self.environ.get("NO_COLOR")))

    def progress(self) -> "ConsoleProgress":
        """Shows on standard error what is under way."""
        from hoist.cli.progress import console_progress

        return console_progress(self.console(), self.clock)


def json_option(command: _Function) -> _Function:
    """Give a command `--json`, its parameter `as_json`. An error is then told in JSON as well."""
    option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    return option(command)


def print_json(value: object) -> None:
    """Print a command's result for a program."""
    click.echo(json.dumps(value, indent=2))
