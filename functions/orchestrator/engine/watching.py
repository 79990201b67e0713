"""What is heard of an operation while it runs: events, output, the update it opened."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hoist.clock import Clock
from orchestrator.engine.events import (
    Diagnostic,
    EngineEvent,
    Severity,
    StepDone,
    StepFailed,
    StepStarted,
    Summary,
    parse_event,
)
from orchestrator.engine.redaction import Redactor
from orchestrator.state.journal import JournalEntry
from orchestrator.state.records import UpdateRecord

# The last errors are what a person needs; a program that logs in a loop must not fill memory.
MAX_DIAGNOSTICS = 200


@dataclass(frozen=True, slots=True)
class ProgramOutput:
    """A line that the program printed."""

    line: str


OperationEvent = EngineEvent | ProgramOutput
Listener = Callable[[OperationEvent], None]


class Watch:
    """Passes events on to a listener, redacted, and remembers what the result needs.

    It is called from the threads of the engine's output, of the program's, and of the state
    service; the listener is called by one of them at a time. A listener that raises is not called
    again and its error is kept: a deployment is worth more than its display.
    """

    def __init__(
        self,
        listener: Listener,
        redactor: Redactor,
        *,
        clock: Clock,
        on_longer_step: Callable[[float], None] | None = None,
    ) -> None:
        self.redactor = redactor
        self.update: UpdateRecord | None = None
        self.changes: Mapping[str, int] = {}
        self.failed_urns: list[str] = []
        self.diagnostics: list[Diagnostic] = []
        self.listener_error: BaseException | None = None
        self._complaint: list[str] = []
        self._begun_at: dict[str, float] = {}
        self._listener: Listener | None = listener
        self._clock = clock
        self._on_longer_step = on_longer_step
        self._longest_step_seconds = 0.0
        self._mutex = threading.Lock()

    def engine_wrote(self, line: str) -> None:
        """A line of the engine's standard output, which is an event."""
        event = parse_event(line)
        if event is not None:
            with self._mutex:
                self._note(event)

    def engine_complained(self, line: str) -> None:
        """A line of its standard error: the CLI's own words, before or past any event."""
        self._complaint.append(line)
        del self._complaint[:-MAX_DIAGNOSTICS]

    def engine_ended(self, exit_code: int | None) -> None:
        """What the CLI wrote is one text, and an error only if the CLI failed."""
        text = "\n".join(self._complaint).strip()
        if text:
            severity = Severity.WARNING if exit_code == 0 else Severity.ERROR
            with self._mutex:
                self._note(Diagnostic(severity, text))

    def program_wrote(self, line: str) -> None:
        """A line of the program's output, redacted already."""
        with self._mutex:
            self._tell(ProgramOutput(line))

    def update_started(self, update: UpdateRecord) -> None:
        self.update = update

    def journal_grew(self, update: UpdateRecord, entries: Sequence[JournalEntry]) -> None:
        """The events tell the same; the journal matters to those who watch from elsewhere."""

    def _note(self, event: EngineEvent) -> None:
        if isinstance(event, Diagnostic):
            event = replace(event, message=self.redactor.redact(event.message))
            if not self._is_new(event):
                return
            self.diagnostics.append(event)
            del self.diagnostics[:-MAX_DIAGNOSTICS]
        elif isinstance(event, Summary):
            self.changes = event.changes
        else:
            self._note_step(event)
        self._tell(event)

    def _note_step(self, event: StepStarted | StepDone | StepFailed) -> None:
        if isinstance(event, StepStarted):
            if event.step.is_custom:
                self._begun_at[event.step.urn] = self._clock.monotonic()
            return
        if isinstance(event, StepFailed):
            self.failed_urns.append(event.step.urn)
        begun_at = self._begun_at.pop(event.step.urn, None)
        if begun_at is not None:
            self._note_duration(self._clock.monotonic() - begun_at)

    def _note_duration(self, seconds: float) -> None:
        if seconds > self._longest_step_seconds:
            self._longest_step_seconds = seconds
            if self._on_longer_step:
                self._on_longer_step(seconds)

    def _is_new(self, diagnostic: Diagnostic) -> bool:
        """A program's error may arrive twice, with and without the stack as its resource."""
        return not any(
            earlier.message == diagnostic.message
            and earlier.urn != diagnostic.urn
            and (_is_general(earlier) or _is_general(diagnostic))
            for earlier in self.diagnostics
        )

    def _tell(self, event: OperationEvent) -> None:
        if self._listener is None:
            return
        try:
            self._listener(event)
        except BaseException as error:  # noqa: BLE001 - raised again at the operation's end
            self._listener = None
            self.listener_error = error


def _is_general(diagnostic: Diagnostic) -> bool:
    return not diagnostic.urn or "::pulumi:pulumi:Stack::" in diagnostic.urn
