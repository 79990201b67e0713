"""What is known of an operation so far: a row per resource, and the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from hoist.cli.display.words import CREATE_REPLACEMENT, REPLACE, SAME, type_in
from hoist.operation_events import (
    Diagnostic,
    OperationEnded,
    OperationEvent,
    OperationName,
    OperationStarted,
    Outcome,
    PropertyChange,
    RunMoved,
    Severity,
    Step,
    StepDone,
    StepFailed,
    StepStarted,
    StopRequested,
)

STACK_TYPE = "pulumi:pulumi:Stack"


class RowStatus(Enum):
    """How far a resource is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"
    """The operation ended before it."""


@dataclass(slots=True)
class Row:
    """A resource, and what is done to it."""

    urn: str
    resource_type: str
    parent: str
    operation: str
    started_at: datetime
    is_custom: bool = True
    status: RowStatus = RowStatus.RUNNING
    ended_at: datetime | None = None
    changes: tuple[PropertyChange, ...] = ()
    error: str = ""
    steps_seen: set[str] = field(default_factory=set)

    @property
    def is_stack(self) -> bool:
        return self.resource_type == STACK_TYPE

    @property
    def is_unchanged(self) -> bool:
        return self.status is RowStatus.DONE and self.settled_operation == SAME

    @property
    def settled_operation(self) -> str:
        """What all of its steps come to: a replacement is three."""
        is_replaced = bool(self.steps_seen & {REPLACE, CREATE_REPLACEMENT})
        return REPLACE if is_replaced else self.operation

    def seconds(self, now: datetime) -> float:
        """How long it took, or has taken so far."""
        return max(0.0, ((self.ended_at or now) - self.started_at).total_seconds())


class Board:
    """Rows in the order in which they came up. Not for several threads at once."""

    def __init__(self) -> None:
        self.started: OperationStarted | None = None
        self.ended: OperationEnded | None = None
        self.stop: StopRequested | None = None
        self.moved: RunMoved | None = None
        self.rows: dict[str, Row] = {}
        self._finished: set[str] = set()
        self._from_earlier_slices: set[str] = set()

    def apply(self, event: OperationEvent) -> None:
        """Take note of an event."""
        match event:
            case OperationStarted():
                self._begin(event)
            case RunMoved():
                self.moved = event
            case StepStarted() | StepDone() | StepFailed():
                self._step(event)
            case Diagnostic(severity=Severity.ERROR, urn=urn) if urn:
                self._error(event)
            case StopRequested():
                self.stop = event
            case OperationEnded():
                self._end(event)

    @property
    def operation(self) -> OperationName:
        return self.started.operation if self.started else OperationName.UP

    @property
    def children(self) -> Mapping[str, Sequence[Row]]:
        """Rows by their parent; under "" those whose parent is not on the board."""
        found: dict[str, list[Row]] = {}
        for row in self.rows.values():
            parent = row.parent if row.parent in self.rows and row.parent != row.urn else ""
            found.setdefault(parent, []).append(row)
        return found

    @property
    def in_flight(self) -> Sequence[Row]:
        """What is being worked on. A component only waits for what is in it."""
        rows = self.rows.values()
        return [row for row in rows if row.status is RowStatus.RUNNING and row.is_custom]

    @property
    def unchanged_count(self) -> int:
        return sum(row.is_unchanged for row in self.rows.values())

    @property
    def progress(self) -> str:
        """`[4/6]`, `[4/~6]` for an estimate, `[4]` if nobody knows of how many."""
        done = len(self._finished)
        if self.started is None or not self.started.expected_resources:
            return f"[{done}]"
        about = "~" if self.started.is_estimate else ""
        return f"[{done}/{about}{max(self.started.expected_resources, len(self.rows))}]"

    def seconds(self, now: datetime) -> float:
        """How long the operation has taken so far."""
        return max(0.0, (now - self.started.at).total_seconds()) if self.started else 0.0

    def _begin(self, event: OperationStarted) -> None:
        """A first or another slice: it goes on where the one before was, in time and in number."""
        if self.started is None:
            self.started = event
            return
        expected = max(self.started.expected_resources, event.expected_resources)
        self.started = replace(event, at=self.started.at, expected_resources=expected)
        self._from_earlier_slices = set(self.rows)
        for row in self.rows.values():
            if row.status is RowStatus.RUNNING:
                # Whoever worked on it is gone; if it is still to be done, its steps come again.
                row.status, row.ended_at = RowStatus.LEFT, event.at

    def _step(self, event: Step) -> None:
        row = self.rows.get(event.urn)
        if row is not None and event.operation == SAME and self._is_known_result(row):
            return
        if row is None:
            row = self.rows[event.urn] = Row(
                event.urn,
                event.resource_type,
                event.parent,
                event.operation,
                event.at,
                event.is_custom,
            )
        if event.operation != SAME or row.urn not in self._from_earlier_slices:
            row.operation = event.operation
        row.steps_seen.add(event.operation)
        row.changes = event.changes or row.changes
        row.status = _STATUS_AFTER[type(event)]
        row.ended_at = None if row.status is RowStatus.RUNNING else event.at
        if row.ended_at:
            self._finished.add(row.urn)

    def _is_known_result(self, row: Row) -> bool:
        """What an earlier slice changed is as it should be for the next one, which is no news."""
        return row.urn in self._from_earlier_slices and row.status is RowStatus.DONE

    def _error(self, event: Diagnostic) -> None:
        row = self.rows.get(event.urn)
        if row is None:
            # Refused before any step: such as by a provider's check of its inputs.
            row = self.rows[event.urn] = Row(event.urn, type_in(event.urn), "", "", event.at)
            row.status, row.ended_at = RowStatus.FAILED, event.at
        row.error = row.error or first_line(event.message)

    def _end(self, event: OperationEnded) -> None:
        self.ended = event
        went_well = event.outcome in (Outcome.SUCCEEDED, Outcome.CHANGES_FOUND)
        for row in self.rows.values():
            if row.status is RowStatus.RUNNING:
                # A component that does not register its outputs is never reported as done.
                row.status = RowStatus.DONE if went_well else RowStatus.LEFT
                row.ended_at = event.at


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


_STATUS_AFTER = {
    StepStarted: RowStatus.RUNNING,
    StepDone: RowStatus.DONE,
    StepFailed: RowStatus.FAILED,
}
