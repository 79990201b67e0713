"""`hoist secrets`: the table of what can be done with secrets."""

import click

from hoist.cli.lazy_group import LazyCommand, LazyGroup

_HERE = "rotation.commands"

COMMANDS = {
    "status": LazyCommand(f"{_HERE}.status_command:status", "Show how rotations stand."),
    "doctor": LazyCommand(
        f"{_HERE}.doctor_command:doctor", "Find out what is wrong, and mend it on request."
    ),
    "rotate": LazyCommand(f"{_HERE}.rotate_command:rotate", "Rotate a secret now."),
    "history": LazyCommand(
        f"{_HERE}.history_command:history", "Show a secret's versions and rotations."
    ),
    "read": LazyCommand(f"{_HERE}.read_command:read", "Show a version, its value on request."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def secrets() -> None:
    """Secrets and their rotation, in AWS with --aws and else in the file store.

    The file store is where HOIST_SECRETS_DIR says. AWS is found as the AWS CLI finds it: by
    AWS_PROFILE, AWS_REGION and its own files.
    """
