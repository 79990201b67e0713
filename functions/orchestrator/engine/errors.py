"""Errors of the engine room.

HoistError
  EngineError               an operation could not be carried out
    ChildStartError           the command cannot be started
    SupervisorLostError       the supervisor of a child ended without saying how the child did
    OutputConsumerError       the child has ended, but who was to hear its output failed
"""

from typing import TYPE_CHECKING

from hoist.errors import HoistError

if TYPE_CHECKING:
    from orchestrator.engine.child import ChildResult


class EngineError(HoistError):
    """An operation of the engine could not be carried out."""

    code = "engine"


class ChildStartError(EngineError):
    """The command cannot be started."""

    code = "engine_child_start"

    def __init__(self, program: str, reason: str) -> None:
        super().__init__(
            f"{program} cannot be started: {reason}.",
            way_out="Check that the program and its directory exist and that it may be executed.",
        )
        self.program = program
        self.reason = reason


class SupervisorLostError(EngineError):
    """The supervisor of a child ended without saying how the child did."""

    code = "engine_supervisor_lost"

    def __init__(self, program: str, exit_code: int) -> None:
        super().__init__(
            f"The supervisor of {program} ended with code {exit_code} and gave no account of it.",
            way_out=(
                "Check that this Python starts with the environment that the child is given "
                "(shared libraries may need LD_LIBRARY_PATH), then run the operation again."
            ),
        )
        self.program = program
        self.exit_code = exit_code


class OutputConsumerError(EngineError):
    """The child has ended, but who was to hear its output failed; `__cause__` is its error."""

    code = "engine_output_consumer"

    def __init__(self, program: str, result: "ChildResult") -> None:
        super().__init__(
            f"The output of {program} was not delivered to its end, though it ran to its end.",
            way_out="The result of the operation stands; look at the state, not at the output.",
        )
        self.program = program
        self.result = result
