"""`hoist up | preview | refresh | destroy` of a project directory.

Carried out by a worker of the Hoist server, or with `--here` in this process.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from hoist.cli.context import CliContext
from hoist.cli.server.option import server_option
from hoist.errors import UsageError
from hoist.operation_events import OperationName
from orchestrator.commands.refusals import told_in_events
from orchestrator.commands.wanted_operation import (
    WantedOperation,
    operation_options,
    wanted_operation,
)
from orchestrator.runs.states import RunKind

_ABOUT_CTRL_C = """Ctrl-C on a terminal asks: detach, and the run goes on, or cancel it. \
Elsewhere the first SIGINT or SIGTERM cancels the run, which is followed until it has stopped. \
One more detaches, with exit code 130. With --here, Ctrl-C stops the engine after what is in \
flight, and once more at once."""


def _command(kind: RunKind) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a function that carries this kind of operation out."""

    def decorate(function: Callable[..., int]) -> click.Command:
        described = operation_options(kind)(_where_options(click.pass_obj(function)))
        return click.command(name=kind, epilog=_ABOUT_CTRL_C)(described)

    return decorate


def _where_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--here", is_flag=True, help="Do it in this process, on the local AWS."),
        click.option("--detach", is_flag=True, help="Print the run's id; do not wait for it."),
        server_option,
    ):
        function = option(function)
    return function


@_command(RunKind.UP)
def up(context: CliContext, **given: Any) -> int:
    """Create or update the resources of the project in DIRECTORY.

    The stack is made on its first use. What an earlier operation left undone is done.
    """
    return _carry_out(context, RunKind.UP, given)


@_command(RunKind.PREVIEW)
def preview(context: CliContext, **given: Any) -> int:
    """Show what `hoist up` would change, property by property. Changes nothing."""
    return _carry_out(context, RunKind.PREVIEW, given)


@_command(RunKind.REFRESH)
def refresh(context: CliContext, **given: Any) -> int:
    """Read what is really there into the state of a stack."""
    return _carry_out(context, RunKind.REFRESH, given)


@_command(RunKind.DESTROY)
def destroy(context: CliContext, **given: Any) -> int:
    """Delete all resources of a stack."""
    return _carry_out(context, RunKind.DESTROY, given)


def _carry_out(context: CliContext, kind: RunKind, given: dict[str, Any]) -> int:
    server, is_here, is_detached = (given.pop(name) for name in ("server", "here", "detach"))

    def act() -> int:
        _check(given, server=server, is_here=is_here, is_detached=is_detached)
        wanted = wanted_operation(kind, given)
        if is_here:
            return _here(context, wanted)
        # Imported here, so that `--help` and a wrong option are answered at once.
        from orchestrator.commands.remote_operation import Server, run_on_server

        return run_on_server(context, wanted, Server(server, is_detached))

    return told_in_events(
        act,
        context,
        operation=OperationName(kind),
        stack=given["stack"],
        as_json=given["as_json"],
    )


def _check(given: dict[str, Any], *, server: str, is_here: bool, is_detached: bool) -> None:
    if is_here and (server or is_detached):
        raise UsageError(
            "what is done --here has no server and cannot be detached from",
            way_out="leave out --here, or --server and --detach",
        )
    if is_detached and given.get("remove"):
        raise UsageError(
            "a stack is removed once its resources are gone, and --detach does not wait for that",
            way_out="leave out --detach, or `hoist stacks rm` afterwards",
        )


def _here(context: CliContext, wanted: WantedOperation) -> int:
    # By name: the local installation is built on this package, and may be absent.
    local = import_module("local.operation_run")
    exit_code: int = local.run_operation(context, wanted)
    return exit_code
