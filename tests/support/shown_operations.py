"""Operations as a display is told of them: events at instants of a clock that stands still."""

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from hoist.clock import FixedClock
from hoist.operation_events import (
    Diagnostic,
    OperationEnded,
    OperationName,
    OperationStarted,
    Outcome,
    PropertyChange,
    RunMoved,
    Severity,
    StepDone,
    StepFailed,
    StepStarted,
)

STACK = "shop/dev"
BEGINNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STACK_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"


def urn(resource_type: str, name: str) -> str:
    """The URN of a resource of the stack."""
    return f"urn:pulumi:dev::shop::{resource_type}::{name}"


BUCKET, QUEUE, SHELF = "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue", "shop:index:Shelf"
PICTURES, ORDERS = urn(BUCKET, "pictures"), urn(QUEUE, "orders")


class Narrator:
    """Makes events, each at the present of its clock; a step may take a while first."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self.clock = clock or FixedClock(BEGINNING)

    def begins(
        self, operation: OperationName, *, number: int = 3, resources: int = 0, exact: bool = False
    ) -> OperationStarted:
        return OperationStarted(
            at=self.clock.now(),
            stack=STACK,
            operation=operation,
            number=number,
            expected_resources=resources,
            is_estimate=not exact,
        )

    def step(self, urn: str, operation: str, **more: Any) -> StepStarted:
        return StepStarted(**self._facts(urn, operation, **more))

    def done(self, urn: str, operation: str, *, after: float = 0, **more: Any) -> StepDone:
        self.clock.advance(after)
        return StepDone(**self._facts(urn, operation, **more))

    def failed(self, urn: str, operation: str, *, after: float = 0, **more: Any) -> StepFailed:
        self.clock.advance(after)
        return StepFailed(**self._facts(urn, operation, **more))

    def says(self, severity: Severity, message: str, *, urn: str = "") -> Diagnostic:
        return Diagnostic(at=self.clock.now(), severity=severity, message=message, urn=urn)

    def moves(self, state: str, *, position: int = 0, reason: str = "") -> RunMoved:
        return RunMoved(
            at=self.clock.now(), run_id="run-1", state=state, position=position, reason=reason
        )

    def ends(
        self, outcome: Outcome, operation: OperationName = OperationName.UP, **more: Any
    ) -> OperationEnded:
        return OperationEnded(
            at=self.clock.now(), stack=STACK, operation=operation, outcome=outcome, **more
        )

    def _facts(
        self,
        urn: str,
        operation: str,
        *,
        parent: str = STACK_URN,
        changes: tuple[PropertyChange, ...] = (),
    ) -> dict[str, Any]:
        resource_type = urn.split("::")[2].rsplit("$", 1)[-1]
        is_stack = urn == STACK_URN
        return {
            "at": self.clock.now(),
            "urn": urn,
            "resource_type": resource_type,
            "operation": operation,
            "parent": "" if is_stack else parent,
            "is_custom": not is_stack and resource_type != SHELF,
            "changes": changes,
        }


def text_console(*, width: int = 100, height: int = 24, is_terminal: bool = False) -> Console:
    """A console that writes plain text into memory, whatever the environment says."""
    return Console(
        file=io.StringIO(),
        width=width,
        height=height,
        force_terminal=is_terminal,
        color_system=None,
        highlight=False,
        _environ={},
    )


def written(console: Console) -> str:
    """What was printed on a `text_console`."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
