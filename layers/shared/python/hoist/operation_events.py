"""The facts of an operation, in the order in which they become known: schema 1 of `--json`.

A worker writes them while it works, the API passes them on, and a display shows them. With
`--json`, `hoist up | preview | refresh | destroy | logs` write one JSON object per line to
standard output, and nothing else there. Each has `schema` (1), `type`, `at` (UTC, ISO 8601) and
what else its class below has, by the same names; a field is always there. A run of several slices
has an `operation_started` for each; the last event is `result`. Within a schema fields and types
of events are only ever added: ignore what you do not know. Secret values read `[secret]`.

    operation_started   stack, operation, number, expected_resources, is_estimate
    step_started        urn, resource_type, operation, parent, is_custom, changes
    step_done           the same; `operation` is what it came to
    step_failed         the same; why, is in a diagnostic with this urn
    diagnostic          severity, message, urn
    program_output      line
    stop_requested      is_urgent
    run_moved           run_id, state, reason, position
    result              see OperationEnded and its parts
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

SCHEMA = 1


class OperationName(StrEnum):
    """The operations that are shown."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"


class Severity(StrEnum):
    """How much a diagnostic matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Outcome(StrEnum):
    """How an operation ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    CHANGES_FOUND = "changes_found"
    REFUSED = "refused"
    """It never began, or nobody can say how it ended; `error` has the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStarted:
    """An operation begins."""

    type: ClassVar[str] = "operation_started"

    at: datetime
    stack: str
    """As `<project>/<stack>`."""
    operation: OperationName
    number: int
    """Of the update; 0 for a preview."""
    expected_resources: int
    """How many will be looked at; 0 if nobody knows."""
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One changed property of a resource."""

    path: str
    kind: str
    """`add`, `delete` or `update`, and each of them with `-replace`."""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done to one resource, or planned in a preview."""

    at: datetime
    urn: str
    resource_type: str
    operation: str
    """Pulumi's own word: create, update, delete, same, replace, create-replacement …"""
    parent: str = ""
    """The parent's URN; empty if there is none or it is not known."""
    is_custom: bool = True
    """False for a component and for the stack itself, which last as long as what is in them."""
    changes: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted(Step):
    """A step is under way."""

    type: ClassVar[str] = "step_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone(Step):
    """A step has succeeded."""

    type: ClassVar[str] = "step_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed(Step):
    """A step has failed."""

    type: ClassVar[str] = "step_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """Something that the engine, a provider or the program has to say."""

    type: ClassVar[str] = "diagnostic"

    at: datetime
    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOutput:
    """A line that the program printed."""

    type: ClassVar[str] = "program_output"

    at: datetime
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested:
    """Somebody wants it to stop: after what is in flight, or at once."""

    type: ClassVar[str] = "stop_requested"

    at: datetime
    is_urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoved:
    """The run that carries the operation out has come into another state."""

    type: ClassVar[str] = "run_moved"

    at: datetime
    run_id: str
    state: str
    """As `hoist runs` shows it: queued, running, interrupted …"""
    reason: str = ""
    position: int = 0
    """How many runs of the stack are ahead of it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong; `urn` and `resource_type` are empty for what is about no one resource."""

    urn: str
    resource_type: str
    operation: str
    message: str


@dataclass(frozen=True, slots=True)
class PendingCreate:
    """A create of which nobody knows whether it reached the cloud."""

    urn: str
    resource_type: str


@dataclass(frozen=True, slots=True)
class Output:
    """What a stack exports under one name, any JSON value; the secret parts read `[secret]`."""

    value: Any
    is_secret: bool


@dataclass(frozen=True, slots=True)
class NextCommand:
    """A command that makes sense now, and what for."""

    command: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error for which an operation did not begin, or could not be followed to its end."""

    code: str
    message: str
    way_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationEnded:
    """The result."""

    type: ClassVar[str] = "result"

    at: datetime
    stack: str
    operation: OperationName
    outcome: Outcome
    number: int = 0
    seconds: float = 0.0
    changes: Mapping[str, int] = field(default_factory=dict)
    """How many resources by Pulumi's words, `same` among them."""
    failures: tuple[Failure, ...] = ()
    pending_creates: tuple[PendingCreate, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=dict)
    reason: str = ""
    next_commands: tuple[NextCommand, ...] = ()
    error: Refusal | None = None


OperationEvent = (
    OperationStarted
    | StepStarted
    | StepDone
    | StepFailed
    | Diagnostic
    | ProgramOutput
    | StopRequested
    | RunMoved
    | OperationEnded
)
