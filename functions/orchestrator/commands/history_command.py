"""`hoist history`: the updates of a stack, newest first."""

from pathlib import Path

import click

from hoist.cli.ages import age
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.progress import duration
from hoist.cli.tables import one_line, print_table
from orchestrator.commands.chosen_stack import chosen_stack, stack_options
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.server.answers import PastUpdate

MAX_LISTED = 100


@click.command()
@stack_options
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, MAX_LISTED),
    default=20,
    show_default=True,
    help="How many updates.",
)
@json_option
@click.pass_obj
def history(
    context: CliContext, directory: Path, stack: str, server: str, limit: int, as_json: bool
) -> None:
    """Print the updates of a stack, newest first."""
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    updates = chosen.api.history(limit=limit).updates
    if as_json:
        print_json(json_of(updates))
        return
    now = context.clock.now()
    print_table(
        ("NUMBER", "KIND", "RESULT", "AGE", "TOOK", "CHANGES", "MESSAGE"),
        [
            (
                f"#{update.version}",
                update.kind,
                update.status,
                age(update.started_at, now=now),
                _took(update),
                _changes(update),
                one_line(update.message or update.reason),
            )
            for update in updates
        ],
    )


def _took(update: PastUpdate) -> str:
    if update.started_at is None or update.ended_at is None:
        return ""
    return duration((update.ended_at - update.started_at).total_seconds())


def _changes(update: PastUpdate) -> str:
    changes = update.resource_changes
    return ", ".join(f"{changes[kind]} {kind}" for kind in changes if changes[kind])
