"""`hoist runs`: what was asked of a stack, what became of it, and what a person has to decide."""

from datetime import datetime
from pathlib import Path

import click

from hoist.cli.ages import age
from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.progress import duration
from hoist.cli.tables import one_line, print_columns, print_table
from orchestrator.commands.chosen_stack import chosen_stack, stack_options
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.server.answers import RunFacts
from orchestrator.runs.wishes import Resolution

MAX_LISTED = 100

_limit_option = click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, MAX_LISTED),
    default=20,
    show_default=True,
    help="How many runs.",
)


@click.group(invoke_without_command=True)
@stack_options
@_limit_option
@json_option
@click.pass_context
def runs(
    context: click.Context, directory: Path, stack: str, server: str, limit: int, as_json: bool
) -> None:
    """Show the runs of a stack, newest first, or one of them with `show`."""
    chosen = {"directory": directory, "stack": stack, "server": server, "as_json": as_json}
    if context.invoked_subcommand is None:
        context.invoke(list_runs, limit=limit, **chosen)
        return
    # `hoist runs --stack prod show RUN` is as good as `hoist runs show RUN --stack prod`.
    context.default_map = {name: chosen for name in runs.commands}


@runs.command("list")
@stack_options
@_limit_option
@json_option
@click.pass_obj
def list_runs(
    context: CliContext, directory: Path, stack: str, server: str, limit: int, as_json: bool
) -> None:
    """Print the runs of a stack, newest first."""
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    found = chosen.api.runs(limit=limit).runs
    if as_json:
        print_json(json_of(found))
        return
    now = context.clock.now()
    print_table(
        ("RUN", "KIND", "STATE", "AGE", "MESSAGE"),
        [
            (run.id, run.kind, _state(run), age(run.created_at, now=now), one_line(run.message))
            for run in found
        ],
    )


@runs.command("show")
@click.argument("run_id", metavar="RUN")
@stack_options
@json_option
@click.pass_obj
def show(
    context: CliContext, run_id: str, directory: Path, stack: str, server: str, as_json: bool
) -> None:
    """Print how RUN came to where it is; `latest` is the newest one."""
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    run = chosen.api.run(run_id)
    if as_json:
        print_json(json_of(run))
        return
    now = context.clock.now()
    facts = (
        ("run", run.id),
        ("stack", run.stack_name),
        ("kind", run.kind),
        ("state", _state(run)),
        ("reason", run.reason),
        ("message", run.message),
        ("asked by", run.asked_by),
        ("asked for", f"{age(run.created_at, now=now)} ago"),
    )
    print_columns([fact for fact in facts if fact[1]])
    click.echo()
    _print_moves(run)
    if run.slices:
        click.echo()
        _print_slices(run, now)


@runs.command("resolve")
@click.argument("run_id", metavar="RUN")
@click.argument("resolution", type=click.Choice([each.value for each in Resolution]))
@stack_options
@json_option
@click.pass_obj
def resolve(
    context: CliContext,
    run_id: str,
    resolution: str,
    directory: Path,
    stack: str,
    server: str,
    as_json: bool,
) -> None:
    """Decide about RUN, which needs attention.

    `retry` lets it go on, and create once more what may have been created already. `cancel`
    gives it up; the next run of the stack is begun.
    """
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    run = chosen.api.resolve(run_id, Resolution(resolution))
    if as_json:
        print_json(json_of(run))
        return
    click.echo(f"Run {run.id} is {_state(run)}.")
    if not run.is_final:
        follow = f"hoist logs {run.id} --follow{chosen.selection.arguments.named}"
        click.echo(f"Follow it with `{follow}`.", err=True)


def _state(run: RunFacts) -> str:
    state = run.state.replace("_", " ")
    if run.position:
        return f"{state}, {run.position} ahead"
    return f"{state}, to be cancelled" if run.cancel_requested and not run.is_final else state


def _print_moves(run: RunFacts) -> None:
    rows = [
        (
            f"{move.at:%Y-%m-%d %H:%M:%S}Z",
            move.event.replace("_", " "),
            move.to_state.replace("_", " "),
            move.who,
            move.reason,
        )
        for move in run.transitions
    ]
    print_table(("AT", "WHAT", "STATE", "WHO", "WHY"), rows)


def _print_slices(run: RunFacts, now: datetime) -> None:
    rows = [
        (
            str(part.number),
            part.outcome or "under way",
            duration(max(0.0, ((part.ended_at or now) - part.started_at).total_seconds())),
            f"#{part.version}" if part.version else "",
            str(part.resources_finished),
        )
        for part in run.slices
    ]
    print_table(("SLICE", "ENDED", "TOOK", "UPDATE", "RESOURCES FINISHED"), rows)
