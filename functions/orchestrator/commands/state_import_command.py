"""`hoist state import`: stacks that a bare CLI kept become stacks of Hoist."""

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
from orchestrator.state.serving.moves.backend import BareBackend
from orchestrator.state.serving.moves.importing import Intake
from orchestrator.state.serving.moves.packed import PROGRAM


@click.command("import")
@click.option("--from", "source", required=True, metavar="URL", help="file://FOLDER, s3://BUCKET.")
@place_options
@move_options
@json_option
@click.pass_context
def import_stacks(
    click_context: click.Context,
    source: str,
    store: Path | None,
    table: str,
    bucket: str,
    stacks: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in the stacks of the backend at an address, or those that are named.

    Nothing is changed there, and nothing that is here is overwritten. Each stack is compared by
    its digest once it is in. What was interrupted goes on when it is run again. The history of
    updates stays where it is.
    """
    context = click_context.ensure_object(CliContext)
    place, address = chosen_place(context, store, table, bucket), parse_address(source)
    zstd = shutil.which(PROGRAM, path=context.environ.get("PATH"))
    backend = BareBackend(open_backend(context, address), zstd=zstd)
    intake = Intake(backend, open_place(context, place), zstd=zstd, clock=context.clock)
    code = move_all(
        context,
        wanted_names(backend.names(), stacks),
        lambda name: intake.take(name, is_dry_run=dry_run),
        sentence=f"Importing from {address} into {place}",
        as_json=as_json,
    )
    click_context.exit(code)
