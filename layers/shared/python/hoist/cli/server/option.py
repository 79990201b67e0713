"""The option by which a command is told which server it talks to."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from hoist.cli.server.address import SERVER_VARIABLE

_Command = TypeVar("_Command", bound=Callable[..., Any])


def server_option(command: _Command) -> _Command:
    """Give a command `--server`."""
    return click.option(
        "--server",
        default="",
        metavar="URL",
        help=f"The Hoist server; {SERVER_VARIABLE} or the local one without it.",
    )(command)
