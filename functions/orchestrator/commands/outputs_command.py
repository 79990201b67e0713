"""`hoist outputs`: what a stack exports, read from its state by no engine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.tables import print_columns
from hoist.errors import UsageError
from orchestrator.commands.chosen_stack import chosen_stack, stack_options
from orchestrator.state.names import StackName


@click.command()
@click.argument("name", required=False)
@stack_options
@click.option("--show-secrets", is_flag=True, help="Show secret outputs in the clear.")
@json_option
@click.pass_obj
def outputs(
    context: CliContext,
    name: str | None,
    directory: Path,
    stack: str,
    server: str,
    show_secrets: bool,
    as_json: bool,
) -> None:
    """Print what a stack exports, or the one output NAME alone.

    Secret outputs read [secret] unless --show-secrets is given.
    """
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    found = chosen.api.outputs(show_secrets=show_secrets).outputs
    values = {each: output.value for each, output in found.items()}
    if name is not None:
        value = _one_of(values, name, stack=chosen.selection.name)
        print_json(value) if as_json else click.echo(_as_text(value))
        return
    if as_json:
        print_json(values)
        return
    print_columns([(each, _as_text(value)) for each, value in values.items()])


def _one_of(values: Mapping[str, Any], name: str, *, stack: StackName) -> Any:
    if name not in values:
        there = ", ".join(values) or "none"
        raise UsageError(
            f"stack '{stack}' has no output '{name}'", way_out=f"it has these outputs: {there}"
        )
    return values[name]


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
