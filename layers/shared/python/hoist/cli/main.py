"""The `hoist` command: the table of what it can do.

A row names its command's module, so that nothing behind the table is imported before it is run.
"""

import sys
from collections.abc import Mapping, Sequence

import click

from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.lazy_group import LazyCommand, LazyGroup
from hoist.cli.settings import process_environment
from hoist.clock import SystemClock

_COMMANDS = "orchestrator.commands"
_OPERATIONS = f"{_COMMANDS}.operation_commands"

COMMANDS: Mapping[str, LazyCommand] = {
    "local": LazyCommand("local.cli:local", "The local AWS on this machine: up, down, status."),
    "preview": LazyCommand(f"{_OPERATIONS}:preview", "Show what an update would change."),
    "up": LazyCommand(f"{_OPERATIONS}:up", "Create or update a project's resources."),
    "refresh": LazyCommand(f"{_OPERATIONS}:refresh", "Read what is really there into the state."),
    "logs": LazyCommand(f"{_COMMANDS}.logs_command:logs", "Show what happened in a run."),
    "cancel": LazyCommand(f"{_COMMANDS}.cancel_command:cancel", "Stop a run."),
    "runs": LazyCommand(f"{_COMMANDS}.runs_commands:runs", "Show runs, or decide about one."),
    "config": LazyCommand(
        f"{_COMMANDS}.config_commands:config", "Show or change the config of a stack."
    ),
    "outputs": LazyCommand(f"{_COMMANDS}.outputs_command:outputs", "Print what a stack exports."),
    "resources": LazyCommand(
        f"{_COMMANDS}.resources_command:resources", "Print a stack's resources."
    ),
    "history": LazyCommand(f"{_COMMANDS}.history_command:history", "Print a stack's updates."),
    "stacks": LazyCommand(f"{_COMMANDS}.stacks_commands:stacks", "Show stacks, or remove one."),
    "secrets": LazyCommand(
        "rotation.commands.secrets_commands:secrets", "Secrets: how rotations stand; mend them."
    ),
    "destroy": LazyCommand(f"{_OPERATIONS}:destroy", "Delete all of a stack's resources."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="hoist")
def hoist() -> None:
    """Your own Pulumi cloud on AWS Lambda."""


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run `hoist`; the exit code (see exit_codes)."""
    context = CliContext(
        environ=process_environment() if environ is None else environ, clock=SystemClock()
    )
    return run_command(hoist, sys.argv[1:] if arguments is None else arguments, context)
