"""Errors of stacks and their runs.

HoistError
  StackInUseError             what was asked of the stack does not go with what is done to it now
    UnfinishedRunsError         it has runs that are not over, and cannot be deleted
    StackBeingDeletedError      its deletion has begun, and nothing else may
"""

from hoist.errors import HoistError
from orchestrator.state.names import StackName


class StackInUseError(HoistError):
    """What was asked of the stack does not go with what is done to it now."""

    code = "stack_in_use"


class UnfinishedRunsError(StackInUseError):
    """The stack has runs that are not over."""

    code = "stack_has_unfinished_runs"

    def __init__(self, stack: StackName, count: int) -> None:
        super().__init__(
            f"stack '{stack}' has {count} unfinished run(s)",
            way_out="wait for them to end, or cancel them",
        )


class StackBeingDeletedError(StackInUseError):
    """The stack's deletion has begun."""

    code = "stack_being_deleted"

    def __init__(self, stack: StackName) -> None:
        super().__init__(
            f"stack '{stack}' is being deleted",
            way_out="delete it once more if that died half-way; then a new one may be made",
        )
