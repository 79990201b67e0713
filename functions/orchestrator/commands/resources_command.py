"""`hoist resources`: what a stack's state holds, read by no engine."""

from pathlib import Path

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.display.words import short_type
from hoist.cli.tables import print_table
from orchestrator.commands.chosen_stack import chosen_stack, stack_options
from orchestrator.commands.json_facts import as_json as json_of


@click.command()
@stack_options
@json_option
@click.pass_obj
def resources(context: CliContext, directory: Path, stack: str, server: str, as_json: bool) -> None:
    """Print the resources of a stack, with their ids and URNs.

    PENDING tells what an interrupted operation was doing to a resource.
    """
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    found = chosen.api.resources().resources
    if as_json:
        print_json(json_of(found))
        return
    rows = [(short_type(each.type), each.name, each.pending, each.id, each.urn) for each in found]
    print_table(("TYPE", "NAME", "PENDING", "ID", "URN"), rows)
