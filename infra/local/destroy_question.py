"""The question before a destroy: a person types the stack's name, a script says --yes."""

from collections.abc import Callable

import click

from hoist.errors import UsageError
from orchestrator.state.names import StackName

Confirm = Callable[[StackName, int], None]


def destroy_question(*, is_answered: bool, has_terminal: bool) -> Confirm | None:
    """The question to ask, or None if `--yes` has answered it; raises UsageError if nobody can."""
    if is_answered:
        return None
    if not has_terminal:
        raise UsageError(
            "destroy asks for the stack's name, and there is no terminal to ask on",
            way_out="add --yes if all of the stack's resources are to be deleted",
        )
    return ask_for_name


def ask_for_name(stack: StackName, resource_count: int) -> None:
    """Return if the stack's name is typed; raises click.Abort for anything else."""
    click.echo(f"This deletes the {resource_count} resources of stack {stack}.", err=True)
    answer = click.prompt(
        f"Type its name ({stack.stack}) to go on", default="", show_default=False, err=True
    )
    if answer.strip() not in (stack.stack, str(stack)):
        raise click.Abort
