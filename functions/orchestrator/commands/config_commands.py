"""`hoist config`: what a stack's program is told; secret values are encrypted at the server."""

from pathlib import Path

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.tables import print_columns
from hoist.secret import Secret
from orchestrator.commands.chosen_stack import chosen_stack, stack_options
from orchestrator.commands.config_input import read_plain, read_secret, refuse_argument
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.server.api import StackApi


@click.group(invoke_without_command=True)
@stack_options
@json_option
@click.pass_context
def config(context: click.Context, directory: Path, stack: str, server: str, as_json: bool) -> None:
    """Show or change the config of a stack; without a command, show it.

    KEY gets the project's namespace unless it has one, as in aws:region.
    """
    chosen = {"directory": directory, "stack": stack, "server": server, "as_json": as_json}
    if context.invoked_subcommand is None:
        context.invoke(list_values, **chosen)
        return
    # `hoist config --stack prod get key` is as good as `hoist config get key --stack prod`.
    context.default_map = {name: chosen for name in config.commands}


@config.command("list")
@stack_options
@json_option
@click.pass_obj
def list_values(
    context: CliContext, directory: Path, stack: str, server: str, as_json: bool
) -> None:
    """Print all keys and values; secret values read [secret]."""
    values = _api(context, directory, stack, server).config().config
    if as_json:
        print_json(json_of(values))
        return
    print_columns([(key, text.value) for key, text in values.items()])


@config.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--secret", "is_secret", is_flag=True, help="Encrypt it; VALUE is asked for.")
@stack_options
@json_option
@click.pass_obj
def set_value(
    context: CliContext,
    key: str,
    value: str | None,
    is_secret: bool,
    directory: Path,
    stack: str,
    server: str,
    as_json: bool,
) -> None:
    """Set KEY to VALUE, which is read from a pipe or asked for where it is not given.

    A secret value is never given on the command line.
    """
    if is_secret:
        refuse_argument(key, value)
    api = _api(context, directory, stack, server)
    given: str | Secret = read_secret(key) if is_secret else read_plain(key, value)
    entry = api.set_config(key, given)
    if as_json:
        print_json({"key": entry.key, "secret": entry.secret})


@config.command("get")
@click.argument("key")
@click.option("--show-secret", is_flag=True, help="Show a secret value in the clear.")
@stack_options
@json_option
@click.pass_obj
def get_value(
    context: CliContext,
    key: str,
    show_secret: bool,
    directory: Path,
    stack: str,
    server: str,
    as_json: bool,
) -> None:
    """Print the value of KEY; a secret one reads [secret] unless --show-secret is given."""
    entry = _api(context, directory, stack, server).config_value(key, show_secret=show_secret)
    if as_json:
        print_json({"value": entry.value, "secret": entry.secret})
        return
    click.echo(entry.value)


@config.command("rm")
@click.argument("key")
@stack_options
@json_option
@click.pass_obj
def remove_value(
    context: CliContext, key: str, directory: Path, stack: str, server: str, as_json: bool
) -> None:
    """Remove KEY."""
    removed = _api(context, directory, stack, server).remove_config(key)
    if as_json:
        print_json({"key": removed})


def _api(context: CliContext, directory: Path, stack: str, server: str) -> StackApi:
    return chosen_stack(context, directory=directory, stack=stack, server=server).api
