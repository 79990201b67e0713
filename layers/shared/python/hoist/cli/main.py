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
_ACCESS = f"{_COMMANDS}.access_commands"

COMMANDS: Mapping[str, LazyCommand] = {
    "local": LazyCommand("local.cli:local", "The local AWS on this machine: up, down, status."),
    "login": LazyCommand(f"{_ACCESS}:login", "Sign in to a server with AWS credentials."),
    "logout": LazyCommand(f"{_ACCESS}:logout", "Sign out: revoke the token and delete it."),
    "whoami": LazyCommand(f"{_ACCESS}:whoami", "Who you are to a server, and what you may do."),
    "tokens": LazyCommand(f"{_COMMANDS}.tokens_commands:tokens", "Show tokens, or revoke one."),
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
    "audit": LazyCommand(
        f"{_COMMANDS}.audit_commands:audit", "Show, verify or export what was done, and by whom."
    ),
    "health": LazyCommand(
        "health.commands.health_command:health", "How the installation is, and what to do."
    ),
    "doctor": LazyCommand(
        "health.doctor.doctor_command:doctor", "What is wrong or missing, seen from here."
    ),
    "state": LazyCommand(
        f"{_COMMANDS}.state_group:state", "Serve the state of stacks, move it, settle conflicts."
    ),
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
