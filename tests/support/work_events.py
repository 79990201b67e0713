"""Events of operations, and runs that have some."""

from dataclasses import replace
from datetime import timedelta

from hoist.operation_events import (
    OperationEnded,
    OperationName,
    Outcome,
    ProgramOutput,
)
from orchestrator.runs.records import Run, Slice
from orchestrator.runs.states import RunState, SliceOutcome
from run_builders import queued
from storages import NOON


def line(text: str) -> ProgramOutput:
    """A line that a program printed."""
    return ProgramOutput(at=NOON, line=text)


def result(reason: str = "") -> OperationEnded:
    return OperationEnded(
        at=NOON,
        stack="shop/dev",
        operation=OperationName.UP,
        outcome=Outcome.SUCCEEDED,
        reason=reason,
    )


def run_of(*outcomes: SliceOutcome | None, state: RunState = RunState.SUCCEEDED) -> Run:
    """A run in that state, after slices that ended so; None for one that goes on."""
    slices = tuple(
        Slice(number, f"worker-{number}", NOON, outcome=outcome, ended_at=NOON + timedelta(1))
        for number, outcome in enumerate(outcomes, start=1)
    )
    return replace(queued(), slices=slices, state=state)
