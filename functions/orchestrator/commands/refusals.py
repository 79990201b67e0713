"""How a command that writes NDJSON tells an error: its last line is a result like any other."""

from collections.abc import Callable

import click

from hoist.cli.context import CliContext
from hoist.cli.display.refusal import operation_refused
from hoist.cli.exit_codes import exit_code_of
from hoist.errors import HoistError
from hoist.operation_event_documents import as_line
from hoist.operation_events import OperationName


def told_in_events(
    act: Callable[[], int],
    context: CliContext,
    *,
    operation: OperationName,
    stack: str,
    as_json: bool,
) -> int:
    """The exit code of `act`, or with `--json` that of the error that it raised."""
    try:
        return act()
    except HoistError as error:
        if not as_json:
            raise
        click.echo(f"error: {error.message}", err=True)
        click.echo(as_line(operation_refused(operation, error, stack=stack, clock=context.clock)))
        return exit_code_of(error)
