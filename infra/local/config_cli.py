"""`hoist config`: what a stack's program is told, secret values as ciphertext only."""

from pathlib import Path

import click

from hoist.cli.context import CliContext, json_option, print_json
from local.config_input import read_plain, read_secret, refuse_argument
from local.echo_progress import EchoProgress
from local.local_state import open_local_state
from local.settings import LocalSettings
from local.stack_config import StackConfig
from local.stack_selection import directory_option, select_stack, stack_option
from orchestrator.state.records import ConfigValue
from orchestrator.state.secret_values import SECRET_TEXT


@click.group(invoke_without_command=True)
@directory_option
@stack_option
@json_option
@click.pass_context
def config(context: click.Context, directory: Path, stack: str, as_json: bool) -> None:
    """Show or change the config of a stack; without a command, show it.

    KEY gets the project's namespace unless it has one, as in aws:region.
    """
    chosen = {"directory": directory, "stack": stack, "as_json": as_json}
    if context.invoked_subcommand is None:
        context.invoke(list_values, **chosen)
        return
    # `hoist config --stack prod get key` is as good as `hoist config get key --stack prod`.
    context.default_map = {name: chosen for name in config.commands}


@config.command("list")
@directory_option
@stack_option
@json_option
@click.pass_obj
def list_values(context: CliContext, directory: Path, stack: str, as_json: bool) -> None:
    """Print all keys and values; secret values read [secret]."""
    values = _stack_config(context, directory, stack).values()
    if as_json:
        print_json({key: _facts(value, _shown(value)) for key, value in values.items()})
        return
    width = max(map(len, values), default=0)
    for key, value in values.items():
        click.echo(f"{key:<{width}}  {_shown(value)}")


@config.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--secret", "is_secret", is_flag=True, help="Encrypt it; VALUE is asked for.")
@directory_option
@stack_option
@json_option
@click.pass_obj
def set_value(
    context: CliContext,
    key: str,
    value: str | None,
    is_secret: bool,
    directory: Path,
    stack: str,
    as_json: bool,
) -> None:
    """Set KEY to VALUE, which is read from a pipe or asked for where it is not given.

    A secret value is never given on the command line.
    """
    if is_secret:
        refuse_argument(key, value)
    values = _stack_config(context, directory, stack)
    if is_secret:
        values.set_secret(key, read_secret(key))
    else:
        values.set_plain(key, read_plain(key, value))
    if as_json:
        print_json({"key": values.full_key(key), "secret": is_secret})


@config.command("get")
@click.argument("key")
@click.option("--show-secret", is_flag=True, help="Show a secret value in the clear.")
@directory_option
@stack_option
@json_option
@click.pass_obj
def get_value(
    context: CliContext,
    key: str,
    show_secret: bool,
    directory: Path,
    stack: str,
    as_json: bool,
) -> None:
    """Print the value of KEY; a secret one reads [secret] unless --show-secret is given."""
    values = _stack_config(context, directory, stack)
    value = values.get(key)
    text = values.reveal(value).reveal() if show_secret else _shown(value)
    if as_json:
        print_json(_facts(value, text))
        return
    click.echo(text)


@config.command("rm")
@click.argument("key")
@directory_option
@stack_option
@json_option
@click.pass_obj
def remove_value(context: CliContext, key: str, directory: Path, stack: str, as_json: bool) -> None:
    """Remove KEY."""
    values = _stack_config(context, directory, stack)
    values.remove(key)
    if as_json:
        print_json({"key": values.full_key(key)})


def _stack_config(context: CliContext, directory: Path, stack: str) -> StackConfig:
    name = select_stack(directory, stack).name
    settings = LocalSettings.from_environment(context.environ)
    progress = EchoProgress()
    state = open_local_state(settings, clock=context.clock, progress=progress)
    return StackConfig(state, name, say=progress.say)


def _shown(value: ConfigValue) -> str:
    return SECRET_TEXT if value.is_secret else value.text


def _facts(value: ConfigValue, text: str) -> dict[str, str | bool]:
    return {"value": text, "secret": value.is_secret}
