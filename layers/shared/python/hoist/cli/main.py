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

COMMANDS: Mapping[str, LazyCommand] = {
    "local": LazyCommand("local.cli:local", "The local AWS on this machine: up, down, status."),
    "preview": LazyCommand("local.deploy_cli:preview", "Show what an update would change."),
    "up": LazyCommand("local.deploy_cli:up", "Create or update a project's resources."),
    "refresh": LazyCommand("local.deploy_cli:refresh", "Read what is really there into the state."),
    "config": LazyCommand("local.config_cli:config", "Show or change the config of a stack."),
    "outputs": LazyCommand("local.outputs_cli:outputs", "Print what a stack exports."),
    "destroy": LazyCommand("local.deploy_cli:destroy", "Delete all of a stack's resources."),
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
