"""`hoist health`: how the installation is, and what to do about what is wrong."""

from functools import partial

import click

from health.commands.answers import read_answer
from health.commands.screens import print_answer, screen_for
from health.commands.watching import Watch
from health.report.document import CONTENT_TYPE
from hoist.cli.context import CliContext, json_option
from hoist.cli.interruptions import Interruptions
from hoist.cli.server.option import server_option
from hoist.cli.server.signed_in import signed_in_connection

PATH = "/health"
# What health reads of CloudWatch is paid for, and it reads it once a minute at most: looking more
# often than this only asks the dependencies again.
EVERY_SECONDS = 15
_SHORTEST_SECONDS = 2


@click.command()
@server_option
@click.option("--watch", "-w", is_flag=True, help="Look again and again, until Ctrl-C.")
@click.option(
    "--every",
    "every_seconds",
    type=click.IntRange(_SHORTEST_SECONDS),
    default=EVERY_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="The pause between two looks of --watch.",
)
@json_option
@click.pass_obj
def health(context: CliContext, server: str, watch: bool, every_seconds: int, as_json: bool) -> int:
    """Say how the installation is, and what to do about what is wrong.

    The exit code is 0 if all is well, 10 for warnings, 11 for failures, and 12 if not everything
    could be told. With --watch it is that of the last look; with --json as well, each look is one
    line.
    """
    connection = signed_in_connection(context, server)
    ask = partial(connection.report, read_answer, PATH, CONTENT_TYPE)
    if not watch:
        answer = ask()
        print_answer(answer, context, as_json=as_json)
        return answer.exit_code
    with Interruptions() as interruptions, screen_for(context, as_json=as_json) as screen:
        watching = Watch(ask, screen, clock=context.clock, every_seconds=every_seconds)
        return watching.until_left(interruptions)
