"""Runs a command and turns whatever happens into words and an exit code.

    error: the thing that is wrong
      way out: what to do about it

With `--json`, the same is on standard output as {"error": {"code", "message", "way_out"}}.
"""

import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile

import click

from hoist.cli.context import CliContext, print_json
from hoist.cli.exit_codes import ExitCode, exit_code_of
from hoist.errors import HoistError, UsageError


def run_command(command: click.Command, arguments: Sequence[str], context: CliContext) -> int:
    """Run `command` to its end; the exit code. Nothing but a request to exit is raised."""
    as_json = _wants_json(arguments)
    try:
        answer = command.main(
            list(arguments), prog_name="hoist", obj=context, standalone_mode=False
        )
    except HoistError as error:
        _tell(error, as_json)
        return exit_code_of(error)
    except click.ClickException as error:
        _tell(_as_usage_error(error), as_json)
        return ExitCode.USAGE
    except click.Abort as error:
        return _aborted(error, as_json)
    except Exception as error:  # noqa: BLE001  # the door: nobody else is left to answer
        _tell(_as_internal_error(error, context), as_json)
        return ExitCode.INTERNAL
    # click returns the code of `ctx.exit(code)`, and else what the command returned.
    return answer if isinstance(answer, int) else ExitCode.OK


def _wants_json(arguments: Sequence[str]) -> bool:
    # Read here, since a command line that cannot be parsed has an answer in JSON too.
    return "--json" in takewhile(lambda argument: argument != "--", arguments)


def _as_usage_error(error: click.ClickException) -> HoistError:
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "hoist"
    message = error.format_message().rstrip(".")
    return UsageError(message, way_out=f"`{path} --help` shows what it takes")


def _aborted(error: click.Abort, as_json: bool) -> int:
    if isinstance(error.__cause__, KeyboardInterrupt):
        _tell(_InterruptedError("interrupted"), as_json)
        return ExitCode.INTERRUPTED
    _tell(_CancelledError("cancelled; nothing was done"), as_json)
    return ExitCode.CANCELLED


def _as_internal_error(error: Exception, context: CliContext) -> HoistError:
    # The text of a foreign error may hold anything, so only its kind is shown.
    if context.environ.get("HOIST_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    return _InternalError(
        f"a fault inside Hoist ({type(error).__name__})",
        way_out="run it again with HOIST_DEBUG=1 to see where, and report it",
    )


def _tell(error: HoistError, as_json: bool) -> None:
    click.echo(f"error: {error.message}", err=True)
    if error.way_out:
        click.echo(f"  way out: {error.way_out}", err=True)
    if as_json:
        facts = {"code": error.code, "message": error.message, "way_out": error.way_out}
        print_json({"error": facts})


class _InterruptedError(HoistError):
    code = "interrupted"


class _CancelledError(HoistError):
    code = "cancelled"


class _InternalError(HoistError):
    code = "internal"
