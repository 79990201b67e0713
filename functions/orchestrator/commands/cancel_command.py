"""`hoist cancel`: stops a run, whatever it is doing."""

from pathlib import Path

import click

from hoist.cli.context import CliContext, json_option, print_json
from hoist.errors import UsageError
from orchestrator.commands.chosen_stack import ChosenStack, chosen_stack, stack_options
from orchestrator.commands.json_facts import as_json as json_of
from orchestrator.commands.server.answers import RunFacts

# A stack's queue is shorter than this, so the first unfinished run is among them.
_LOOKED_AT = 100


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@stack_options
@json_option
@click.pass_obj
def cancel(
    context: CliContext, run_id: str | None, directory: Path, stack: str, server: str, as_json: bool
) -> None:
    """Cancel RUN, or the run of the stack that runs or is next.

    A run that has not begun is dropped. One that runs finishes what is in flight and begins
    nothing new; what it has done stays done.
    """
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    # Only where none was named: an empty name in a script is a mistake of the script.
    run = chosen.api.cancel(_first_unfinished(chosen).id if run_id is None else run_id)
    if as_json:
        print_json(json_of(run))
        return
    if run.is_final:
        click.echo(f"Run {run.id} is {run.state}.")
        return
    click.echo(f"Run {run.id} finishes what is in flight, and begins nothing new.")
    follow = f"hoist logs {run.id} --follow{chosen.selection.arguments.named}"
    click.echo(f"Follow it with `{follow}`.", err=True)


def _first_unfinished(chosen: ChosenStack) -> RunFacts:
    found = chosen.api.runs(limit=_LOOKED_AT).runs
    unfinished = [run for run in found if not run.is_final]
    if not unfinished:
        raise UsageError(
            f"stack '{chosen.selection.name}' has no run that could be cancelled",
            way_out=f"`hoist runs{chosen.selection.arguments.named}` lists its runs",
        )
    return unfinished[-1]
