"""What a person wants to be done to a stack, as they said it on a command line."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from hoist.cli.context import json_option
from hoist.errors import UsageError
from orchestrator.commands.destroy_question import Confirm, destroy_question
from orchestrator.commands.stack_selection import directory_argument, stack_option
from orchestrator.runs.options import (
    DEFAULT_PARALLEL,
    MAX_PARALLEL,
    ImportedCreate,
    RunOptions,
)
from orchestrator.runs.states import RunKind

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOperation:
    """An operation, and how it is to be shown."""

    kind: RunKind
    directory: Path
    stack: str
    options: RunOptions
    message: str = ""
    as_json: bool = False
    is_verbose: bool = False
    confirm: Confirm | None = None
    """Is asked before anything is done; raises to refuse."""
    removes_stack: bool = False

    @property
    def runs_program(self) -> bool:
        return self.kind in (RunKind.PREVIEW, RunKind.UP)


def wanted_operation(kind: RunKind, given: dict[str, Any]) -> WantedOperation:
    """What the options of `operation_options` come to; raises UsageError for what does not fit."""
    given = dict(given)
    is_answered, removes_stack = given.pop("yes", False), given.pop("remove", False)
    if removes_stack and given["targets"]:
        raise UsageError(
            "a stack that keeps resources cannot be removed",
            way_out="give either --target or --remove",
        )
    confirm = None
    if kind is RunKind.DESTROY:
        confirm = destroy_question(is_answered=is_answered, has_terminal=sys.stdin.isatty())
    return WantedOperation(
        kind=kind,
        directory=given.pop("directory"),
        stack=given.pop("stack"),
        message=given.pop("message"),
        as_json=given.pop("as_json"),
        is_verbose=given.pop("verbose"),
        confirm=confirm,
        removes_stack=removes_stack,
        # The other options have the names of the run's.
        options=RunOptions(**given),
    )


def operation_options(kind: RunKind) -> Callable[[_Command], _Command]:
    """Give a function the options of this kind of operation, as `wanted_operation` takes them."""

    def decorate(command: _Command) -> _Command:
        for option in reversed((*_OF_ALL, *_BY_KIND[kind], json_option)):
            command = option(command)
        return command

    return decorate


def _pending_create(pair: str) -> ImportedCreate:
    # An id may have `=` in it; the URN of a resource whose name has one cannot be given here.
    urn, _, resource_id = pair.partition("=")
    if not urn.startswith("urn:") or not resource_id:
        raise click.BadParameter(f"{pair!r} is not URN=ID, such as urn:pulumi:...::name=my-id")
    return ImportedCreate(urn, resource_id)


_OF_ALL = (
    directory_argument,
    stack_option,
    click.option("--message", "-m", default="", help="For the history: why this is done."),
    click.option(
        "--parallel",
        "-p",
        type=click.IntRange(1, MAX_PARALLEL),
        default=DEFAULT_PARALLEL,
        show_default=True,
        help="How many resources are worked on at once.",
    ),
    click.option(
        "--target",
        "-t",
        "targets",
        multiple=True,
        metavar="URN",
        help="Only this resource; may be given several times.",
    ),
    click.option("--verbose", "-v", is_flag=True, help="Show unchanged resources as well."),
)
_EXPECT_NO_CHANGES = click.option(
    "--expect-no-changes", is_flag=True, help="Changes are a failure, with exit code 7."
)
_CONTINUE_ON_ERROR = click.option(
    "--continue-on-error", is_flag=True, help="Go on with what does not depend on what failed."
)
_RECREATE_PENDING = click.option(
    "--recreate-pending",
    is_flag=True,
    help="Create once more what an earlier operation may have created already.",
)
_CLEAR_PENDING_CREATES = click.option(
    "--clear-pending-creates",
    is_flag=True,
    help="Forget creates of an interrupted operation: they did not reach the cloud.",
)
_IMPORT_PENDING_CREATE = click.option(
    "--import-pending-create",
    "import_pending_creates",
    multiple=True,
    metavar="URN=ID",
    callback=lambda context, parameter, pairs: tuple(map(_pending_create, pairs)),
    help="Such a create did reach the cloud, where the resource has this id.",
)
_YES = click.option("--yes", "-y", is_flag=True, help="Do not ask for the stack's name.")
_REMOVE = click.option(
    "--remove", is_flag=True, help="Remove the stack, its config and history as well."
)
_BY_KIND = {
    RunKind.PREVIEW: (_EXPECT_NO_CHANGES,),
    RunKind.UP: (_EXPECT_NO_CHANGES, _CONTINUE_ON_ERROR, _RECREATE_PENDING),
    RunKind.REFRESH: (_EXPECT_NO_CHANGES, _CLEAR_PENDING_CREATES, _IMPORT_PENDING_CREATE),
    RunKind.DESTROY: (_CONTINUE_ON_ERROR, _YES, _REMOVE),
}
