"""What the door makes of what happens in a command."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import click
import pytest

from hoist.cli.context import CliContext, json_option, print_json
from hoist.cli.door import run_command
from hoist.cli.exit_codes import ExitCode
from hoist.clock import FixedClock
from hoist.errors import EnvironmentFaultError

CLOCK = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
Capture = pytest.CaptureFixture[str]


class BrokenError(EnvironmentFaultError):
    """Something is broken."""

    code = "broken"


def run(
    action: Callable[[], object], *arguments: str, environ: dict[str, str] | None = None
) -> int:
    """Run a command that does this; the exit code."""

    @click.command("act")
    @json_option
    def act(as_json: bool) -> object:
        return action()

    return run_command(act, arguments, CliContext(environ=environ or {}, clock=CLOCK))


def fail() -> None:
    raise BrokenError("the thing is broken", way_out="mend it")


def stumble() -> None:
    raise ValueError("the password is hunter2")


def exit_with(code: int) -> Callable[[], None]:
    return lambda: click.get_current_context().exit(code)


def test_success_is_silent(capsys: Capture) -> None:
    """A command that ends well says only what it prints itself."""
    assert run(lambda: click.echo("done")) == ExitCode.OK
    assert capsys.readouterr() == ("done\n", "")


def test_a_command_may_choose_its_exit_code() -> None:
    """The code that a command exits with is the answer."""
    assert run(exit_with(ExitCode.UNEXPECTED_CHANGES)) == ExitCode.UNEXPECTED_CHANGES


def test_an_error_of_ours_is_told_with_its_way_out(capsys: Capture) -> None:
    """The sentence and the way out go to standard error, without a traceback."""
    assert run(fail) == ExitCode.ENVIRONMENT_FAULT
    assert capsys.readouterr() == ("", "error: the thing is broken\n  way out: mend it\n")


def test_with_json_the_error_is_an_object(capsys: Capture) -> None:
    """With --json, standard output has the error's code, sentence and way out."""
    assert run(fail, "--json") == ExitCode.ENVIRONMENT_FAULT

    facts = {"code": "broken", "message": "the thing is broken", "way_out": "mend it"}
    assert json.loads(capsys.readouterr().out) == {"error": facts}


def test_a_bad_command_line_has_its_answer_in_json_too(capsys: Capture) -> None:
    """Even what cannot be parsed is answered in the way that was asked for."""
    assert run(fail, "--bogus", "--json") == ExitCode.USAGE

    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["way_out"]) == ("usage", "`hoist --help` shows what it takes")


def test_json_after_the_end_of_options_is_no_option(capsys: Capture) -> None:
    """What follows `--` are arguments, whatever they look like."""
    assert run(fail, "--", "--json") == ExitCode.USAGE
    assert capsys.readouterr().out == ""


def test_a_fault_of_ours_shows_its_kind_alone(capsys: Capture) -> None:
    """An unexpected exception is named by its class; its text, which may hold anything, is not."""
    assert run(stumble) == ExitCode.INTERNAL

    shown = capsys.readouterr().err
    assert "error: a fault inside Hoist (ValueError)" in shown
    assert "HOIST_DEBUG=1" in shown
    assert "Traceback" not in shown
    assert "hunter2" not in shown


def test_debugging_shows_where(capsys: Capture) -> None:
    """With HOIST_DEBUG=1 the traceback is there."""
    assert run(stumble, environ={"HOIST_DEBUG": "1"}) == ExitCode.INTERNAL

    shown = capsys.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert "in stumble" in shown


def test_an_interruption_is_told(capsys: Capture) -> None:
    """Ctrl-C ends with the shell's code for it."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    assert run(interrupt, "--json") == ExitCode.INTERRUPTED

    shown = capsys.readouterr()
    assert shown.err.strip() == "error: interrupted"
    assert json.loads(shown.out)["error"]["code"] == "interrupted"


def test_a_question_that_is_declined_is_a_cancellation(capsys: Capture) -> None:
    """A command that gives up on the answer to a question has a code of its own."""

    def decline() -> None:
        raise click.Abort

    assert run(decline) == ExitCode.CANCELLED
    assert "cancelled; nothing was done" in capsys.readouterr().err


def test_results_are_printed_as_json(capsys: Capture) -> None:
    """What a command prints for programs can be read back."""
    assert run(lambda: print_json({"a": [1, None]}), "--json") == ExitCode.OK
    assert json.loads(capsys.readouterr().out) == {"a": [1, None]}
