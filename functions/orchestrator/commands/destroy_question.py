"""The question before a stack is destroyed or removed: a person types its name, a script says
--yes.
"""

from collections.abc import Callable

import click

from hoist.errors import UsageError
from orchestrator.state.names import StackName

Confirm = Callable[[StackName, int], None]
"""Asks about a stack with so many resources; raises to refuse."""


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


def removal_question(*, is_answered: bool, has_terminal: bool) -> Confirm | None:
    """The same for `hoist stacks rm`."""
    if is_answered:
        return None
    if not has_terminal:
        raise UsageError(
            "removing a stack asks for its name, and there is no terminal to ask on",
            way_out="add --yes if its config and history are to be deleted",
        )
    return _ask_before_removal


def ask_for_name(stack: StackName, resource_count: int) -> None:
    """Return if the stack's name is typed; raises click.Abort for anything else."""
    _ask(stack, f"This deletes the {resource_count} resources of stack {stack}.")


def _ask_before_removal(stack: StackName, resource_count: int) -> None:
    _ask(stack, f"This deletes config and history of stack {stack} ({resource_count} resources).")


def _ask(stack: StackName, consequence: str) -> None:
    click.echo(consequence, err=True)
    answer = click.prompt(
        f"Type its name ({stack.stack}) to go on", default="", show_default=False, err=True
    )
    if answer.strip() not in (stack.stack, str(stack)):
        raise click.Abort
