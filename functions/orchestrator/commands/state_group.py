"""The table of `hoist state`: serving, moving, and what needs a person's word."""

from collections.abc import Mapping

import click

from hoist.cli.lazy_group import LazyCommand, LazyGroup

_COMMANDS = "orchestrator.commands"

COMMANDS: Mapping[str, LazyCommand] = {
    "serve": LazyCommand(
        f"{_COMMANDS}.state_serve_command:serve", "Be the backend of Pulumi CLIs here, without AWS."
    ),
    "import": LazyCommand(
        f"{_COMMANDS}.state_import_command:import_stacks", "Take stacks in from a bare backend."
    ),
    "export": LazyCommand(
        f"{_COMMANDS}.state_export_command:export_stacks", "Give stacks out to a bare backend."
    ),
    "resolve": LazyCommand(
        f"{_COMMANDS}.state_resolve_command:resolve", "Choose between states in conflict."
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def state() -> None:
    """The state of stacks: serve it, move it, settle conflicts in it."""
