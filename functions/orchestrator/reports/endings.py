"""The result of an operation as it is told: the last of its events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hoist import operation_events as shown
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
# What it says to who has cancelled it, and knows.
_CANCEL_ECHO = "update canceled"
_UNEXPLAINED = "the provider gave no reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What belongs to the result besides what the runner knows."""

    stack: StackName
    failed_operations: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """As they are in the state, secrets sealed."""


def operation_ended(
    result: OperationResult, around: Surroundings, *, clock: Clock
) -> shown.OperationEnded:
    """What is told last."""
    return shown.OperationEnded(
        at=clock.now(),
        stack=str(around.stack),
        operation=shown.OperationName(result.kind),
        outcome=shown.Outcome(result.outcome),
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
    )


def operation_refused(
    kind: OperationKind,
    stack: StackName,
    error: HoistError,
    *,
    clock: Clock,
    pending_urns: Sequence[str] = (),
) -> shown.OperationEnded:
    """What is told last of an operation that did not begin."""
    return shown.OperationEnded(
        at=clock.now(),
        stack=str(stack),
        operation=shown.OperationName(kind),
        outcome=shown.Outcome.REFUSED,
        pending_creates=tuple(shown.PendingCreate(urn, _type_of(urn)) for urn in pending_urns),
        reason=error.message,
        error=shown.Refusal(error.code, error.message, error.way_out),
    )


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
        if text == _CANCEL_ECHO and result.outcome is Outcome.CANCELLED:
            continue
        if text != _ECHO or not messages:
            yield shown.Failure("", "", "", text)


def _type_of(urn: str) -> str:
    return Urn.parse(urn).type if is_urn(urn) else ""
