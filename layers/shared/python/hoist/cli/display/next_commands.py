"""What makes sense after an operation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hoist.operation_events import NextCommand, OperationEnded, OperationName, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionArguments:
    """How the same stack is named again on a command line, each with a space before it."""

    positional: str = ""
    """For commands that take the project's directory as an argument."""
    named: str = ""
    """For those that take it as an option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides about the advice besides the result."""

    is_stack_removed: bool = False
    waiting_run: str = ""
    """The id of a run that needs attention and keeps the stack's queue waiting."""


def with_next_commands(
    ended: OperationEnded,
    selection: SelectionArguments,
    situation: Situation = Situation(),  # noqa: B008 - frozen
) -> OperationEnded:
    """The result with the advice that a person at this command line needs."""
    return replace(ended, next_commands=next_commands(ended, selection, situation))


def next_commands(
    ended: OperationEnded, selection: SelectionArguments, situation: Situation
) -> tuple[NextCommand, ...]:
    """Commands in the order in which they make sense; none where nothing is left to do."""
    if ended.outcome is Outcome.REFUSED:
        return ()
    if situation.waiting_run:
        return tuple(_decide(situation.waiting_run, ended, selection))
    if ended.pending_creates:
        return tuple(_settle_creates(selection.positional))
    if ended.outcome is Outcome.SUCCEEDED:
        is_removed = situation.is_stack_removed
        return tuple(_after_success(ended, selection, is_stack_removed=is_removed))
    return tuple(_after_less(ended, selection.positional))


def _decide(
    run_id: str, ended: OperationEnded, selection: SelectionArguments
) -> Iterator[NextCommand]:
    retry = f"hoist runs resolve {run_id} retry{selection.named}"
    cancel = f"hoist cancel {run_id}{selection.named}"
    if not ended.pending_creates:
        yield NextCommand(retry, "let it go on")
        yield NextCommand(cancel, "give it up")
        return
    for settle in _settle_creates(selection.positional):
        # A refresh would wait behind the run that needs it.
        yield NextCommand(f"{cancel} && {settle.command}", settle.purpose)
    yield NextCommand(retry, "to create it once more")


def _settle_creates(selection: str) -> Iterator[NextCommand]:
    refresh = f"hoist refresh{selection}"
    yield NextCommand(f"{refresh} --import-pending-create URN=ID", "if it exists, with its id")
    yield NextCommand(f"{refresh} --clear-pending-creates", "if it does not exist")


def _after_success(
    ended: OperationEnded, selection: SelectionArguments, *, is_stack_removed: bool
) -> Iterator[NextCommand]:
    has_changes = any(count for kind, count in ended.changes.items() if kind != "same")
    match ended.operation:
        case OperationName.PREVIEW if has_changes:
            yield NextCommand(f"hoist up{selection.positional}", "do it")
        case OperationName.UP if ended.outputs:
            yield NextCommand(f"hoist outputs{selection.named}", "read the outputs again")
        case OperationName.REFRESH if has_changes:
            yield NextCommand(f"hoist preview{selection.positional}", "see how to undo the drift")
        case OperationName.DESTROY if not is_stack_removed:
            purpose = "forget the stack, its config and history"
            yield NextCommand(f"hoist destroy{selection.positional} --remove", purpose)


def _after_less(ended: OperationEnded, selection: str) -> Iterator[NextCommand]:
    again = f"hoist {ended.operation}{selection}"
    if ended.outcome is Outcome.CHANGES_FOUND:
        yield NextCommand(f"hoist preview{selection}", "see what differs")
    elif ended.outcome is Outcome.FAILED:
        yield NextCommand(again, "once it is mended: it goes on from here")
    else:
        yield NextCommand(again, "go on from here")
