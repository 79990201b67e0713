"""`hoist outputs`: what a stack exports, read from its state by no engine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.errors import UsageError
from local.echo_progress import EchoProgress
from local.local_state import LocalState, open_local_state
from local.settings import LocalSettings
from local.stack_selection import directory_option, require_stack, select_stack, stack_option
from orchestrator.state.names import StackName
from orchestrator.state.secret_values import hidden, holds_secret, opened
from orchestrator.state.stack_outputs import stack_outputs


@click.command()
@click.argument("name", required=False)
@directory_option
@stack_option
@click.option("--show-secrets", is_flag=True, help="Show secret outputs in the clear.")
@json_option
@click.pass_obj
def outputs(
    context: CliContext,
    name: str | None,
    directory: Path,
    stack: str,
    show_secrets: bool,
    as_json: bool,
) -> None:
    """Print what a stack exports, or the one output NAME alone.

    Secret outputs read [secret] unless --show-secrets is given.
    """
    selection = select_stack(directory, stack)
    settings = LocalSettings.from_environment(context.environ)
    state = open_local_state(settings, clock=context.clock, progress=EchoProgress())
    values = _read(state, selection.name, show_secrets=show_secrets)
    if name is not None:
        value = _one_of(values, name, stack=selection.name)
        _print(value, as_json=as_json)
        return
    if as_json:
        print_json(values)
        return
    width = max(map(len, values), default=0)
    for each, value in values.items():
        click.echo(f"{each:<{width}}  {_as_text(value)}")


def _read(state: LocalState, name: StackName, *, show_secrets: bool) -> dict[str, Any]:
    record = require_stack(state.service.stacks, name)
    sealed = stack_outputs(state.service.stacks.state(name))
    if not show_secrets or not holds_secret(dict(sealed)):
        return {each: hidden(value) for each, value in sealed.items()}
    if record.secrets is None:
        raise UsageError(
            f"the secrets of stack '{name}' are not encrypted with a key that Hoist can open",
            way_out="read them with the pulumi command and the stack's passphrase",
        )
    key = state.data_keys.open(record.secrets)
    return {each: opened(value, key) for each, value in sealed.items()}


def _one_of(values: Mapping[str, Any], name: str, *, stack: StackName) -> Any:
    if name not in values:
        there = ", ".join(values) or "none"
        raise UsageError(
            f"stack '{stack}' has no output '{name}'", way_out=f"it has these outputs: {there}"
        )
    return values[name]


def _print(value: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(value)
    else:
        click.echo(_as_text(value))


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
