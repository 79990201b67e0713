"""What the work asks of an engine: one operation, to its end."""

from typing import Protocol

from orchestrator.engine.child import Cancel
from orchestrator.engine.deadline import Deadline
from orchestrator.engine.operations import Operation
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.results import OperationResult
from orchestrator.engine.watching import Listener


class SliceEngine(Protocol):
    """Carries out operations; `orchestrator.engine.runner.Runner` is the real one."""

    def run(
        self,
        operation: Operation,
        program: ProgramArchive | None = None,
        *,
        listener: Listener,
        deadline: Deadline | None = None,
        cancel: Cancel | None = None,
    ) -> OperationResult:
        """As `Runner.run` promises."""
        ...


class MakeEngine(Protocol):
    """Makes the engine of one slice, with the credentials of this moment."""

    def __call__(self) -> SliceEngine:
        """Raises EnvironmentFaultError for what is missing."""
        ...
