"""A group of commands that imports a command only when it is run.

`hoist --help` reads a table; the modules behind it (the engine, boto3, rich) take a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is, as `module:attribute`, and what it does in a few words."""

    target: str
    help: str


class LazyGroup(click.Group):
    """A click group out of a table of names."""

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        # In the order of the table: what comes first is done first.
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = self._lazy.get(cmd_name)
        return None if row is None else load_command(row.target)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.help) for name, row in self._lazy.items()])


def load_command(target: str) -> click.Command:
    """Import the command at `module:attribute`; raises TypeError if something else is there."""
    module, _, attribute = target.partition(":")
    command = getattr(import_module(module), attribute)
    if not isinstance(command, click.Command):
        raise TypeError(f"{target} is not a command")
    return command
