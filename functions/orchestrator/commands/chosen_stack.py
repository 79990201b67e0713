"""The options by which most commands say which stack they are about, and on which server."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hoist.cli.context import CliContext
from hoist.cli.server.option import server_option
from hoist.cli.server.signed_in import signed_in_connection
from orchestrator.commands.server.api import HoistApi, StackApi
from orchestrator.commands.stack_selection import (
    StackSelection,
    directory_option,
    select_stack,
    stack_option,
)

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """A stack as it was chosen on a command line, and the way to it."""

    selection: StackSelection
    api: StackApi


def chosen_stack(context: CliContext, *, directory: Path, stack: str, server: str) -> ChosenStack:
    """Raises the errors of `select_stack` and `server_api`; asks the server nothing yet."""
    selection = select_stack(directory, stack, server=server)
    return ChosenStack(selection, server_api(context, server).of_stack(selection.name))


def server_api(context: CliContext, server: str) -> HoistApi:
    """The API of the server that was chosen; raises the errors of `signed_in_connection`."""
    return HoistApi(signed_in_connection(context, server))


def stack_options(command: _Command) -> _Command:
    """Give a command `--directory`, `--stack` and `--server`, as `chosen_stack` takes them."""
    return directory_option(stack_option(server_option(command)))
