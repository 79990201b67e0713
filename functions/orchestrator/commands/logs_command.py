"""`hoist logs`: what a run's workers wrote, shown as `hoist up` shows it."""

from pathlib import Path
from typing import NoReturn

import click

from hoist.cli.context import CliContext, json_option
from hoist.cli.display.display import display_for
from hoist.cli.exit_codes import ExitCode
from hoist.cli.interruptions import Interruption, Interruptions
from orchestrator.commands.chosen_stack import ChosenStack, chosen_stack, stack_options
from orchestrator.commands.following import Followed, Follower
from orchestrator.commands.leaving import RunDetachedError
from orchestrator.commands.narration import operation_of
from orchestrator.commands.refusals import told_in_events
from orchestrator.commands.results import show_result
from orchestrator.commands.server.answers import RunFacts
from orchestrator.commands.server.api import LATEST


@click.command()
@click.argument("run_id", metavar="[RUN]", default=LATEST)
@stack_options
@click.option("--follow", "-f", "is_followed", is_flag=True, help="Wait for the end of the run.")
@click.option("--verbose", "-v", is_flag=True, help="Show unchanged resources as well.")
@json_option
@click.pass_obj
def logs(
    context: CliContext,
    run_id: str,
    directory: Path,
    stack: str,
    server: str,
    is_followed: bool,
    verbose: bool,
    as_json: bool,
) -> int:
    """Show what happened in RUN, or in the stack's newest run.

    With --follow the exit code is that of the operation, and Ctrl-C only ends the following.
    """
    chosen = chosen_stack(context, directory=directory, stack=stack, server=server)
    run = chosen.api.run(run_id)

    def act() -> int:
        with display_for(context, as_json=as_json, is_verbose=verbose) as display:
            follower = Follower(chosen.api, run.id, display, clock=context.clock)
            found = _follow(follower, chosen, run) if is_followed else follower.catch_up()
            if isinstance(found, Followed):
                show_result(found, chosen.selection, display)
                return found.exit_code if is_followed else ExitCode.OK
            display.say(f"Run {run.id} is {found.state}; --follow waits for more.")
            return ExitCode.OK

    return told_in_events(
        act, context, operation=operation_of(run), stack=run.stack_name, as_json=as_json
    )


def _follow(follower: Follower, chosen: ChosenStack, run: RunFacts) -> Followed:
    def leave(interruption: Interruption) -> NoReturn:
        raise RunDetachedError(run.id, selection=chosen.selection.arguments.named)

    with Interruptions() as interruptions:
        return follower.follow(interruptions, leave)
