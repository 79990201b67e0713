"""`hoist local deploy` needs an `up` that is carried out in this process."""

from typing import Any

import click

from hoist.cli.context import CliContext
from hoist.operation_events import OperationName
from local.operation_run import run_operation
from orchestrator.commands.refusals import told_in_events
from orchestrator.commands.wanted_operation import operation_options, wanted_operation
from orchestrator.runs.states import RunKind


@click.command()
@operation_options(RunKind.UP)
@click.pass_obj
def up(context: CliContext, /, **given: Any) -> int:
    """Create or update the resources of the project in DIRECTORY, in this process."""
    return told_in_events(
        lambda: run_operation(context, wanted_operation(RunKind.UP, given)),
        context,
        operation=OperationName.UP,
        stack=given["stack"],
        as_json=given["as_json"],
    )
