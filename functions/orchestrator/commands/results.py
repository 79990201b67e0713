"""The last block of a run that was followed."""

from hoist.cli.display.display import Display
from hoist.cli.display.next_commands import Situation, with_next_commands
from orchestrator.commands.following import Followed
from orchestrator.commands.stack_selection import StackSelection


def show_result(
    followed: Followed,
    selection: StackSelection,
    display: Display,
    *,
    is_stack_removed: bool = False,
) -> None:
    """Show how it ended, with what makes sense now."""
    waiting = followed.run.id if followed.run.needs_attention else ""
    situation = Situation(is_stack_removed=is_stack_removed, waiting_run=waiting)
    display.show(with_next_commands(followed.result, selection.arguments, situation))
