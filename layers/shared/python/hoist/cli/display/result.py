"""The last block: how it went, what failed and why, what the stack exports, what to do next."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from hoist.cli.display.board import Board
from hoist.cli.display.plan import plan_lines
from hoist.cli.display.rows import resource_label
from hoist.cli.display.words import counted, words_of
from hoist.cli.progress import duration
from hoist.operation_events import (
    Failure,
    NextCommand,
    OperationEnded,
    OperationName,
    Outcome,
    Output,
    PendingCreate,
)

# More would push the outcome off the screen; `hoist outputs` has them all.
MAX_OUTPUTS = 20

_SAID = {
    Outcome.SUCCEEDED: ("succeeded in", "bold green"),
    Outcome.FAILED: ("failed after", "bold red"),
    Outcome.CANCELLED: ("stopped after", "bold yellow"),
    Outcome.INTERRUPTED: ("stopped at its deadline after", "bold yellow"),
    Outcome.CHANGES_FOUND: ("found changes where none were expected, in", "bold yellow"),
    Outcome.REFUSED: ("was not done; it ended after", "bold red"),
}


def result_block(ended: OperationEnded, board: Board) -> Text:
    """The block, without a line's end."""
    parts = [
        list(plan_lines(board)) if ended.operation is OperationName.PREVIEW else [],
        list(_headline(ended)),
        list(_failures(ended)),
        list(_pending_creates(ended.pending_creates)),
        list(_outputs(ended.outputs)),
        list(_next(ended.next_commands)),
    ]
    return Text("\n\n").join(Text("\n").join(part) for part in parts if part)


def _headline(ended: OperationEnded) -> Iterator[Text]:
    said, style = _SAID[ended.outcome]
    number = f" #{ended.number}" if ended.number else ""
    title = f"{ended.operation} {ended.stack}{number} {said} {duration(ended.seconds)}"
    changes = counted(ended.changes, within=ended.operation)
    yield Text(title, style=style).append(f": {changes}" if changes else "", style="not bold")
    if ended.reason:
        yield Text(f"  {ended.reason}")


def _failures(ended: OperationEnded) -> Iterator[Text]:
    for failure in ended.failures:
        yield Text(_failed_thing(failure, ended.operation), style="bold red")
        for line in failure.message.splitlines():
            yield Text(f"  {line}".rstrip())


def _failed_thing(failure: Failure, within: OperationName) -> str:
    if not failure.urn:
        return "error"
    label = resource_label(failure.resource_type, failure.urn)
    doing = words_of(failure.operation, within=within).doing if failure.operation else ""
    return f"{doing} {label} failed" if doing else f"{label} was refused"


def _pending_creates(creates: tuple[PendingCreate, ...]) -> Iterator[Text]:
    if creates:
        yield Text("pending creates: nobody knows whether they reached the cloud", "bold yellow")
    for create in creates:
        yield Text(f"  {create.urn}")


def _outputs(outputs: Mapping[str, Output]) -> Iterator[Text]:
    if not outputs:
        return
    yield Text("outputs", style="bold")
    told = dict(list(outputs.items())[:MAX_OUTPUTS])
    width = max(map(len, told))
    for name, output in told.items():
        yield Text(f"  {name:<{width}}  {as_text(output.value)}")
    if left_out := len(outputs) - len(told):
        yield Text(f"  … and {left_out} more", style="dim")


def _next(commands: tuple[NextCommand, ...]) -> Iterator[Text]:
    if not commands:
        return
    yield Text("next", style="bold")
    width = max(len(each.command) for each in commands)
    for each in commands:
        yield Text(f"  {each.command:<{width}}", "cyan").append(f"  # {each.purpose}", "dim")


def as_text(value: Any) -> str:
    """An output's value as a person reads it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
