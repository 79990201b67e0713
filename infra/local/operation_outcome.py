"""The result of an operation as the display tells it, and the exit code that goes with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoist.cli.display import events as shown
from hoist.cli.display.next_commands import SelectionArguments, Situation, next_commands
from hoist.cli.exit_codes import ExitCode
from hoist.clock import Clock
from hoist.errors import HoistError
from orchestrator.engine.events import Severity
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.state.names import StackName
from orchestrator.state.secret_values import hidden, holds_secret
from orchestrator.state.urn import Urn, is_urn

# The engine says so after the errors that it is about.
_ECHO = "update failed"
_UNEXPLAINED = "the provider gave no reason"

_EXIT_CODES = {
    Outcome.SUCCEEDED: ExitCode.OK,
    Outcome.FAILED: ExitCode.FAILED,
    Outcome.INTERRUPTED: ExitCode.INTERRUPTED,
    Outcome.CANCELLED: ExitCode.INTERRUPTED,
    Outcome.CHANGES_FOUND: ExitCode.UNEXPECTED_CHANGES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What belongs to the result besides what the runner knows."""

    stack: StackName
    selection: SelectionArguments
    failed_operations: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """As they are in the state, secrets sealed."""
    is_stack_removed: bool = False


def operation_ended(
    result: OperationResult, around: Surroundings, *, clock: Clock
) -> shown.OperationEnded:
    """What is told last."""
    operation, outcome = shown.OperationName(result.kind), shown.Outcome(result.outcome)
    situation = Situation(
        operation=operation,
        outcome=outcome,
        has_changes=result.has_changes,
        has_outputs=bool(around.outputs),
        has_pending_creates=bool(result.pending_creates),
        is_stack_removed=around.is_stack_removed,
    )
    return shown.OperationEnded(
        at=clock.now(),
        stack=str(around.stack),
        operation=operation,
        outcome=outcome,
        number=result.version,
        seconds=round(result.seconds, 3),
        changes=dict(result.changes),
        failures=tuple(_failures(result, around.failed_operations)),
        pending_creates=tuple(
            shown.PendingCreate(create.urn, create.type) for create in result.pending_creates
        ),
        outputs={
            name: shown.Output(hidden(value), holds_secret(value))
            for name, value in around.outputs.items()
        },
        reason=result.reason,
        next_commands=next_commands(situation, around.selection),
    )


def operation_refused(
    kind: OperationKind, error: HoistError, *, stack: str, clock: Clock
) -> shown.OperationEnded:
    """What is told last where there is an error instead of a result."""
    return shown.OperationEnded(
        at=clock.now(),
        stack=stack,
        operation=shown.OperationName(kind),
        outcome=shown.Outcome.REFUSED,
        error=shown.Refusal(error.code, error.message, error.way_out),
    )


def exit_code_after(outcome: Outcome) -> ExitCode:
    """The exit code for an outcome."""
    return _EXIT_CODES[outcome]


def _failures(result: OperationResult, operations: Mapping[str, str]) -> Iterator[shown.Failure]:
    """What failed, resource by resource, then what is about no resource."""
    if result.outcome not in (Outcome.FAILED, Outcome.CANCELLED):
        return
    messages: dict[str, list[str]] = {urn: [] for urn in result.failed_urns}
    for diagnostic in result.diagnostics:
        if diagnostic.severity is Severity.ERROR:
            messages.setdefault(diagnostic.urn, []).append(diagnostic.message)
    general = messages.pop("", [])
    for urn, texts in messages.items():
        told = "\n".join(texts) or _UNEXPLAINED
        yield shown.Failure(urn, _type_of(urn), operations.get(urn, ""), told)
    for text in general:
        if text != _ECHO or not messages:
            yield shown.Failure("", "", "", text)


def _type_of(urn: str) -> str:
    return Urn.parse(urn).type if is_urn(urn) else ""
