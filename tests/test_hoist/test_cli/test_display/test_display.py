"""Which way an operation is shown."""

import pytest

from hoist.cli.context import CliContext
from hoist.cli.display.display import display_for
from hoist.cli.display.plain import PlainDisplay
from hoist.clock import FixedClock
from hoist.operation_events import OperationName
from shown_operations import BEGINNING, Narrator

CONTEXT = CliContext(environ={}, clock=FixedClock(BEGINNING))


def test_json_goes_to_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--json`, standard output has the events and standard error nothing."""
    with display_for(CONTEXT, as_json=True, is_verbose=False) as display:
        display.show(Narrator().begins(OperationName.UP))

    captured = capsys.readouterr()
    assert captured.out.startswith('{"schema": 1, "type": "operation_started"')
    assert captured.err == ""


def test_off_a_terminal_there_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody watches, lines go to standard error and no control codes with them."""
    with display_for(CONTEXT, as_json=False, is_verbose=False) as display:
        display.show(Narrator().begins(OperationName.UP))

    captured = capsys.readouterr()
    assert isinstance(display, PlainDisplay)
    assert (captured.out, captured.err) == ("", "up shop/dev #3 ...\n")
