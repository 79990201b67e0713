"""`hoist up | preview | refresh | destroy` of a project directory, on the local installation."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from hoist.cli.context import CliContext, json_option
from hoist.errors import HoistError, UsageError
from local.destroy_question import Confirm, destroy_question
from local.stack_selection import directory_argument, stack_option
from orchestrator.engine.operations import (
    DEFAULT_PARALLEL,
    Operation,
    OperationKind,
    PendingImport,
)

MAX_PARALLEL = 256

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPERATION_OPTIONS = (
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
    json_option,
    click.pass_obj,
)
_expect_no_changes = click.option(
    "--expect-no-changes", is_flag=True, help="Changes are a failure, with exit code 7."
)
_continue_on_error = click.option(
    "--continue-on-error", is_flag=True, help="Go on with what does not depend on what failed."
)


def _operation_options(command: _Command) -> _Command:
    for option in reversed(_OPERATION_OPTIONS):
        command = option(command)
    return command


@click.command()
@_operation_options
@_expect_no_changes
@_continue_on_error
@click.option(
    "--recreate-pending",
    is_flag=True,
    help="Create once more what an earlier operation may have created already.",
)
def up(context: CliContext, **options: Any) -> int:
    """Create or update the resources of the project in DIRECTORY.

    The stack is made on its first use. What an earlier operation left undone is done.
    """
    return _carry_out(context, OperationKind.UP, options)


@click.command()
@_operation_options
@_expect_no_changes
def preview(context: CliContext, **options: Any) -> int:
    """Show what `hoist up` would change, property by property. Changes nothing."""
    return _carry_out(context, OperationKind.PREVIEW, options)


@click.command()
@_operation_options
@_expect_no_changes
@click.option(
    "--clear-pending-creates",
    is_flag=True,
    help="Forget creates of an interrupted operation: they did not reach the cloud.",
)
@click.option(
    "--import-pending-create",
    "import_pending_creates",
    multiple=True,
    metavar="URN=ID",
    callback=lambda context, parameter, pairs: [_pending_import(pair) for pair in pairs],
    help="Such a create did reach the cloud, where the resource has this id.",
)
def refresh(context: CliContext, **options: Any) -> int:
    """Read what is really there into the state of a stack."""
    return _carry_out(context, OperationKind.REFRESH, options)


@click.command()
@_operation_options
@_continue_on_error
@click.option("--yes", "-y", is_flag=True, help="Do not ask for the stack's name.")
@click.option("--remove", is_flag=True, help="Remove the stack, its config and history as well.")
def destroy(context: CliContext, yes: bool, remove: bool, **options: Any) -> int:
    """Delete all resources of a stack."""
    if remove and options["targets"]:
        raise UsageError(
            "a stack that keeps resources cannot be removed",
            way_out="give either --target or --remove",
        )
    confirm = destroy_question(is_answered=yes, has_terminal=sys.stdin.isatty())
    return _carry_out(
        context, OperationKind.DESTROY, options, confirm=confirm, removes_stack=remove
    )


def _carry_out(
    context: CliContext,
    kind: OperationKind,
    options: dict[str, Any],
    *,
    confirm: Confirm | None = None,
    removes_stack: bool = False,
) -> int:
    # Imported here, so that `--help` and a wrong option are answered at once.
    from local.operation_run import OperationRequest, run_operation

    request = OperationRequest(
        directory=options.pop("directory"),
        stack=options.pop("stack"),
        as_json=options.pop("as_json"),
        is_verbose=options.pop("verbose"),
        # The other options have the names of the operation's fields.
        make_operation=partial(Operation, kind, **options),
        confirm=confirm,
        removes_stack=removes_stack,
    )
    try:
        return run_operation(context, request)
    except HoistError as error:
        if not request.as_json:
            raise
        return _refuse_in_ndjson(context, kind, error, stack=request.stack)


def _refuse_in_ndjson(
    context: CliContext, kind: OperationKind, error: HoistError, *, stack: str
) -> int:
    """As the frame would, but with a last line that is a result like any other."""
    from hoist.cli.display.refusal import operation_refused
    from hoist.cli.exit_codes import exit_code_of
    from hoist.operation_event_documents import as_line
    from hoist.operation_events import OperationName

    refused = operation_refused(OperationName(kind), error, stack=stack, clock=context.clock)
    click.echo(f"error: {error.message}", err=True)
    click.echo(as_line(refused))
    return exit_code_of(error)


def _pending_import(pair: str) -> PendingImport:
    # An id may have `=` in it; the URN of a resource whose name has one cannot be given here.
    urn, _, resource_id = pair.partition("=")
    if not urn.startswith("urn:") or not resource_id:
        raise click.BadParameter(f"{pair!r} is not URN=ID, such as urn:pulumi:...::name=my-id")
    return PendingImport(urn, resource_id)
