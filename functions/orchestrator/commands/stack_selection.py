"""Which stack a command is about: the project of a directory, and a stack's name."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from hoist.cli.display.next_commands import SelectionArguments
from orchestrator.engine.programs.project import Project, read_project
from orchestrator.state.names import StackName

DEFAULT_STACK = "dev"
DEFAULT_DIRECTORY = Path()

_Command = TypeVar("_Command", bound=Callable[..., Any])
_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class StackSelection:
    """A stack of the project in a directory; whether it exists is another question."""

    directory: Path
    project: Project
    name: StackName
    server: str = ""
    """The server as it was named on the command line, if it was."""

    @property
    def arguments(self) -> SelectionArguments:
        """How the same stack is selected again."""
        place = shlex.quote(str(self.directory))
        is_here = self.directory == DEFAULT_DIRECTORY
        stack = self.name.stack
        rest = "" if stack == DEFAULT_STACK else f" --stack {shlex.quote(stack)}"
        rest += f" --server {shlex.quote(self.server)}" if self.server else ""
        return SelectionArguments(
            positional=("" if is_here else f" {place}") + rest,
            named=("" if is_here else f" --directory {place}") + rest,
        )


def select_stack(directory: Path, stack: str, *, server: str = "") -> StackSelection:
    """Raises ProgramError for a directory without a project, BadRequestError for a bad name."""
    project = read_project(directory)
    return StackSelection(directory, project, StackName(project.name, stack), server)


def stack_option(command: _Command) -> _Command:
    """Give a command `--stack`."""
    return click.option(
        "--stack", "-s", default=DEFAULT_STACK, show_default=True, help="The stack's name."
    )(command)


def directory_argument(command: _Command) -> _Command:
    """Give a command the project's directory as its argument."""
    return click.argument("directory", type=_DIRECTORY, default=DEFAULT_DIRECTORY)(command)


def directory_option(command: _Command) -> _Command:
    """Give a command that has other arguments the project's directory as an option."""
    return click.option(
        "--directory",
        "-C",
        type=_DIRECTORY,
        default=DEFAULT_DIRECTORY,
        help="The project's directory.",
    )(command)
