"""Carries an operation out on a Hoist server: submits the run, and shows it to its end."""

from dataclasses import dataclass

import click

from hoist.cli.context import CliContext
from hoist.cli.display.display import Display, display_for
from hoist.cli.exit_codes import ExitCode
from hoist.cli.interruptions import Interruptions
from hoist.cli.server.signed_in import signed_in_connection
from hoist.operation_event_documents import as_line
from hoist.operation_events import Diagnostic, Outcome, RunMoved, Severity
from orchestrator.commands.following import Followed, Follower
from orchestrator.commands.leaving import Leaving
from orchestrator.commands.results import show_result
from orchestrator.commands.server.answers import RunFacts
from orchestrator.commands.server.api import HoistApi, StackApi
from orchestrator.commands.stack_selection import StackSelection, select_stack
from orchestrator.commands.submission import submit, upload_if_needed
from orchestrator.commands.wanted_operation import WantedOperation


@dataclass(frozen=True, slots=True)
class Server:
    """Which server, and whether to leave the run to it."""

    url: str = ""
    is_detached: bool = False


def run_on_server(context: CliContext, wanted: WantedOperation, server: Server) -> ExitCode:
    """Carry it out and show it; raises HoistError where there is no result to show."""
    selection = select_stack(wanted.directory, wanted.stack, server=server.url)
    connection = signed_in_connection(context, server.url)
    stack = HoistApi(connection).of_stack(selection.name)
    if wanted.confirm:
        wanted.confirm(selection.name, stack.facts().resource_count)
    program = None
    if wanted.runs_program:
        program = upload_if_needed(context, connection, selection, context.progress())
    # From here on there is a run that Ctrl-C would be about.
    with Interruptions() as interruptions:
        run = submit(stack, wanted, program)
        if server.is_detached:
            _leave(run, selection, as_json=wanted.as_json)
            return ExitCode.OK
        with display_for(context, as_json=wanted.as_json, is_verbose=wanted.is_verbose) as display:
            follower = Follower(stack, run.id, display, clock=context.clock)
            leaving = Leaving(
                stack, run.id, display, interruptions, selection=selection.arguments.named
            )
            followed = follower.follow(interruptions, leaving.heed)
            is_removed = wanted.removes_stack and _remove(stack, followed, display)
            show_result(followed, selection, display, is_stack_removed=is_removed)
    return followed.exit_code


def _leave(run: RunFacts, selection: StackSelection, *, as_json: bool) -> None:
    """Print the run's id, and how to follow it."""
    if as_json:
        queued = RunMoved(at=run.state_since, run_id=run.id, state=run.state, position=run.position)
        click.echo(as_line(queued))
        return
    click.echo(run.id)
    follow = f"hoist logs {run.id} --follow{selection.arguments.named}"
    click.echo(f"Follow it with `{follow}`.", err=True)


def _remove(stack: StackApi, followed: Followed, display: Display) -> bool:
    """Remove the stack if all of its resources are gone; says whether it did."""
    if followed.result.outcome is not Outcome.SUCCEEDED:
        return False
    stack.delete()
    gone = f"The stack {stack.name} is removed, its config and history too."
    display.show(Diagnostic(at=followed.result.at, severity=Severity.INFO, message=gone))
    return True
