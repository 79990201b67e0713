"""`hoist state export`: stacks of Hoist as a bare CLI keeps them, to be used without Hoist."""

import shutil
from pathlib import Path

import click

from hoist.cli.context import CliContext, json_option
from orchestrator.commands.state_moves import move_all, move_options, wanted_names
from orchestrator.commands.state_places import (
    chosen_place,
    open_backend,
    open_place,
    place_options,
)
from orchestrator.state.serving.moves.addresses import parse_address
from orchestrator.state.serving.moves.exporting import Outlet
from orchestrator.state.serving.moves.packed import PROGRAM
from orchestrator.state.stacks import Stacks


@click.command("export")
@click.option("--to", "target", required=True, metavar="URL", help="file://FOLDER, s3://BUCKET.")
@place_options
@move_options
@json_option
@click.pass_context
def export_stacks(
    click_context: click.Context,
    target: str,
    store: Path | None,
    table: str,
    bucket: str,
    stacks: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Give out all stacks, or those that are named: `pulumi login URL` finds them there.

    Nothing is changed here, and nothing that is there is overwritten. Each stack is compared by
    its digest once it is out. What was interrupted goes on when it is run again. The history of
    updates stays here.
    """
    context = click_context.ensure_object(CliContext)
    place, address = chosen_place(context, store, table, bucket), parse_address(target)
    zstd = shutil.which(PROGRAM, path=context.environ.get("PATH"))
    storage = open_place(context, place)
    outlet = Outlet(storage, open_backend(context, address), zstd=zstd, clock=context.clock)
    code = move_all(
        context,
        wanted_names(Stacks(storage, clock=context.clock).names(), stacks),
        lambda name: outlet.give(name, is_dry_run=dry_run),
        sentence=f"Exporting from {place} to {address}",
        as_json=as_json,
    )
    click_context.exit(code)
