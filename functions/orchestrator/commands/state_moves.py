"""What `hoist state import` and `hoist state export` share: which stacks, and what came of them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from hoist.cli.context import CliContext, print_json
from hoist.cli.exit_codes import ExitCode
from hoist.cli.tables import print_table
from hoist.errors import UsageError
from orchestrator.state.names import StackName
from orchestrator.state.serving.moves.moved import MovedStack, MoveOutcome, move_each

_Command = TypeVar("_Command", bound=Callable[..., Any])

_SHOWN_DIGEST_LENGTH = 12


def move_options(command: _Command) -> _Command:
    """Give a command the stacks that it is limited to, and `--dry-run`."""
    command = click.option("--dry-run", is_flag=True, help="Say what would be done.")(command)
    return click.argument("stacks", metavar="[PROJECT/STACK]...", nargs=-1)(command)


def wanted_names(present: Sequence[StackName], wanted: Sequence[str]) -> Sequence[StackName]:
    """Those that were named, or all; raises UsageError for one that is not there."""
    if not wanted:
        return present
    by_name = {str(name): name for name in present}
    for text in wanted:
        if text not in by_name:
            raise UsageError(f"there is no stack '{text}'", way_out="name stacks as PROJECT/STACK")
    return [by_name[text] for text in dict.fromkeys(wanted)]


def move_all(
    context: CliContext,
    names: Sequence[StackName],
    move: Callable[[StackName], MovedStack],
    *,
    sentence: str,
    as_json: bool,
) -> ExitCode:
    """Move them with progress, and tell what came of each; what to say to the shell."""
    moved: list[MovedStack] = []
    with context.progress().task(sentence) as task:
        for stack in move_each(names, move):
            moved.append(stack)
            task.detail(f"{len(moved)} of {len(names)}")
    if as_json:
        print_json({"stacks": [_facts(stack) for stack in moved]})
    else:
        _show(moved)
    is_refused = any(stack.outcome is MoveOutcome.REFUSED for stack in moved)
    return ExitCode.FAILED if is_refused else ExitCode.OK


def _show(moved: Sequence[MovedStack]) -> None:
    rows = [
        (
            str(stack.name),
            stack.outcome.replace("_", " "),
            str(stack.resource_count) if stack.digest else "",
            stack.digest[:_SHOWN_DIGEST_LENGTH],
        )
        for stack in moved
    ]
    print_table(("STACK", "OUTCOME", "RESOURCES", "DIGEST"), rows)
    for stack in moved:
        if stack.reason:
            click.echo(f"{stack.name}: {stack.reason}", err=True)
            click.echo(f"  way out: {stack.way_out}", err=True)


def _facts(stack: MovedStack) -> dict[str, object]:
    return {
        "stack": str(stack.name),
        "outcome": str(stack.outcome),
        "digest": stack.digest,
        "resources": stack.resource_count,
        "reason": stack.reason,
        "way_out": stack.way_out,
    }
