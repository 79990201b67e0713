"""What one installation of Hoist consists of, for whoever answers for it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    # A cold start loads each part when its first request needs it; these are only its names.
    from hoist.access.token_book import TokenBook
    from hoist.clock import Clock
    from orchestrator.audit.pages import AuditReader
    from orchestrator.audit.trail import AuditTrail
    from orchestrator.runs.queue_reading import QueueReader
    from orchestrator.runs.records import Run
    from orchestrator.runs.service import RunService
    from orchestrator.state.conflicts import Conflicts
    from orchestrator.state.data_keys import DataKeys
    from orchestrator.state.history import History
    from orchestrator.state.service import StateService
    from orchestrator.state.stacks import Stacks
    from orchestrator.uploads.programs import ProgramStore


class EventPage(Protocol):
    """Some of a run's events, in order."""

    @property
    def events(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def next(self) -> str: ...

    @property
    def is_complete(self) -> bool: ...


class EventReader(Protocol):
    """Reads what a run's workers wrote."""

    def read(self, run: "Run", after: str) -> EventPage:
        """The events behind a cursor; `run` as it was read before. Raises EventCursorError."""
        ...


class InsistentDoorbell(Protocol):
    """A doorbell that can ring past a ring which nobody may come for any more."""

    def ring_past(self, stack_id: str) -> None:
        """Raises DoorbellUnavailableError."""
        ...


class Estate(Protocol):
    """The parts that the API answers for. None of them runs an engine."""

    @property
    def clock(self) -> "Clock": ...

    @property
    def stacks(self) -> "Stacks": ...

    @property
    def history(self) -> "History": ...

    @property
    def conflicts(self) -> "Conflicts": ...

    @property
    def data_keys(self) -> "DataKeys": ...

    @property
    def state_service(self) -> "StateService":
        """What Pulumi clients use as their backend."""
        ...

    @property
    def runs(self) -> "RunService": ...

    @property
    def queues(self) -> "QueueReader": ...

    @property
    def doorbell(self) -> InsistentDoorbell: ...

    @property
    def events(self) -> EventReader: ...

    @property
    def programs(self) -> "ProgramStore": ...

    @property
    def tokens(self) -> "TokenBook": ...

    @property
    def audit(self) -> "AuditTrail": ...

    def audit_of(self, chain: str) -> "AuditReader":
        """Reads one chain of the audit: a stack's, by its id, or the installation's."""
        ...
