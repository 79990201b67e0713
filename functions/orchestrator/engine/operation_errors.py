"""Errors that keep an operation from starting, and one that comes after its end.

EngineError
  OperationInvalidError   the operation asks for what its kind cannot do
  PendingCreatesError     creates of an earlier operation are in doubt
  ListenerError           the operation has ended, but who was to hear of it failed
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestrator.engine.errors import EngineError
from orchestrator.state.names import StackName

if TYPE_CHECKING:
    from orchestrator.engine.results import OperationResult


class OperationInvalidError(EngineError):
    """The operation asks for what its kind cannot do."""

    code = "operation_invalid"


class PendingCreatesError(EngineError):
    """Creates of an earlier operation are in doubt: they may or may not have reached the cloud."""

    code = "pending_creates"

    def __init__(self, stack: StackName, urns: Sequence[str]) -> None:
        listed = ", ".join(urns)
        super().__init__(
            f"stack '{stack}' has {len(urns)} pending create(s), of which nobody knows whether "
            f"they reached the cloud: {listed}",
            way_out=(
                "look whether each exists. If it does: `hoist refresh --import-pending-create "
                "URN=ID`; if it does not: `hoist refresh --clear-pending-creates`; to create it "
                "once more whatever is there: `hoist up --recreate-pending`"
            ),
        )
        self.urns = tuple(urns)


class ListenerError(EngineError):
    """The operation has ended, but who was to hear of it failed; `__cause__` is its error."""

    code = "operation_listener"

    def __init__(self, result: "OperationResult") -> None:
        super().__init__(
            f"the events of the {result.kind} were not delivered to their end, though it ran to "
            f"its end: it {result.outcome}",
            way_out="The result stands; look at the stack, not at the events.",
        )
        self.result = result
