"""What makes sense after an operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from hoist.cli.display.events import NextCommand, OperationName, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the advice is decided from."""

    operation: OperationName
    outcome: Outcome
    has_changes: bool
    has_outputs: bool = False
    has_pending_creates: bool = False
    is_stack_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionArguments:
    """How the same stack is named again on a command line, each with a space before it."""

    positional: str = ""
    """For commands that take the project's directory as an argument."""
    named: str = ""
    """For those that take it as an option."""


def next_commands(situation: Situation, selection: SelectionArguments) -> tuple[NextCommand, ...]:
    """Commands in the order in which they make sense; none where nothing is left to do."""
    if situation.has_pending_creates:
        return tuple(_settle_creates(selection.positional))
    if situation.outcome is Outcome.SUCCEEDED:
        return tuple(_after_success(situation, selection))
    return tuple(_after_less(situation, selection.positional))


def _settle_creates(selection: str) -> Iterator[NextCommand]:
    refresh = f"hoist refresh{selection}"
    yield NextCommand(f"{refresh} --import-pending-create URN=ID", "if it exists, with its id")
    yield NextCommand(f"{refresh} --clear-pending-creates", "if it does not exist")


def _after_success(situation: Situation, selection: SelectionArguments) -> Iterator[NextCommand]:
    match situation.operation:
        case OperationName.PREVIEW if situation.has_changes:
            yield NextCommand(f"hoist up{selection.positional}", "do it")
        case OperationName.UP if situation.has_outputs:
            yield NextCommand(f"hoist outputs{selection.named}", "read the outputs again")
        case OperationName.REFRESH if situation.has_changes:
            yield NextCommand(f"hoist preview{selection.positional}", "see how to undo the drift")
        case OperationName.DESTROY if not situation.is_stack_removed:
            purpose = "forget the stack, its config and history"
            yield NextCommand(f"hoist destroy{selection.positional} --remove", purpose)


def _after_less(situation: Situation, selection: str) -> Iterator[NextCommand]:
    again = f"hoist {situation.operation}{selection}"
    if situation.outcome is Outcome.CHANGES_FOUND:
        yield NextCommand(f"hoist preview{selection}", "see what differs")
    elif situation.outcome is Outcome.FAILED:
        yield NextCommand(again, "once it is mended: it goes on from here")
    else:
        yield NextCommand(again, "go on from here")
