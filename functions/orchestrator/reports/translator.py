"""Tells the display what the runner tells: the engine's events as events of the display."""

from collections.abc import Mapping
from typing import Any

from hoist import operation_events as shown
from hoist.clock import Clock
from orchestrator.engine import events as engine
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.runner import OperationEvent
from orchestrator.engine.watching import ProgramOutput
from orchestrator.reports.parents import Parents
from orchestrator.state.checkpoints import State
from orchestrator.state.urn import Urn, is_urn

# These look at what the state has, and at nothing else.
_BY_STATE_ALONE = (OperationKind.REFRESH, OperationKind.DESTROY)


def operation_started(
    operation: Operation, *, version: int, state: State, clock: Clock
) -> shown.OperationStarted:
    """The beginning of an operation on a stack of this version and state."""
    is_exact = operation.kind in _BY_STATE_ALONE and not operation.targets
    return shown.OperationStarted(
        at=clock.now(),
        stack=str(operation.stack),
        operation=shown.OperationName(operation.kind),
        number=0 if operation.kind.is_read_only else version + 1,
        expected_resources=sum(not _is_default_provider(each) for each in state.resources),
        is_estimate=not is_exact,
    )


def _is_default_provider(resource: Mapping[str, Any]) -> bool:
    """The engine makes those by itself, and no event tells of them."""
    urn = str(resource.get("urn", ""))
    if not is_urn(urn):
        return False
    parsed = Urn.parse(urn)
    return parsed.type.startswith("pulumi:providers:") and parsed.name.startswith("default")


class Translator:
    """Translates one operation's events, in their order."""

    def __init__(self, state: State, *, clock: Clock) -> None:
        self.failed_operations: dict[str, str] = {}
        """What was being done to the resources that failed, by their URNs."""
        self._clock = clock
        self._parents = Parents(state.resources)

    def translate(self, event: OperationEvent) -> shown.OperationEvent | None:
        """The display's event; None for a summary, which is a part of the result."""
        match event:
            case engine.StepStarted(step):
                return self._step(shown.StepStarted, step)
            case engine.StepDone(step):
                return self._step(shown.StepDone, step)
            case engine.StepFailed(step):
                self.failed_operations[step.urn] = step.operation
                return self._step(shown.StepFailed, step)
            case engine.Diagnostic():
                return self._diagnostic(event)
            case ProgramOutput(line):
                return shown.ProgramOutput(at=self._clock.now(), line=line)
            case engine.Summary():
                return None

    def _step(
        self,
        kind: type[shown.StepStarted] | type[shown.StepDone] | type[shown.StepFailed],
        step: engine.Step,
    ) -> shown.OperationEvent:
        return kind(
            at=self._clock.now(),
            urn=step.urn,
            resource_type=step.type,
            operation=step.operation,
            parent=self._parents.parent_of(step.urn),
            is_custom=step.is_custom,
            changes=tuple(
                shown.PropertyChange(change.path, change.kind, change.old, change.new)
                for change in step.changes
            ),
        )

    def _diagnostic(self, diagnostic: engine.Diagnostic) -> shown.Diagnostic:
        return shown.Diagnostic(
            at=self._clock.now(),
            severity=shown.Severity(diagnostic.severity),
            message=diagnostic.message,
            urn=diagnostic.urn,
        )
