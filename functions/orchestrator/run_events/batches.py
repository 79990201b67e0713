"""Events that wait to be written, and how they are cut into batches."""

import json
from collections import deque
from dataclasses import dataclass

from hoist.clock import Clock
from hoist.operation_event_documents import document_of
from hoist.operation_events import Diagnostic, OperationEvent, Severity
from orchestrator.run_events.slots import RESULT

MAX_BATCH_EVENTS = 200
MAX_BATCH_BYTES = 256 * 1024
# What a store that does not answer may cost of the worker's memory.
MAX_WAITING_BYTES = 8 * 1024 * 1024
# Before and after each event: two brackets, or a comma.
_SEPARATOR_BYTES = 2


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    is_result: bool

    @property
    def size(self) -> int:
        return len(self.text) + _SEPARATOR_BYTES


class WaitingEvents:
    """A bounded queue. Not for several threads: its writer holds a lock.

    What does not fit is left out, and where it would have been an event says how much is missing.
    The result always fits.
    """

    def __init__(self, *, clock: Clock, max_bytes: int = MAX_WAITING_BYTES) -> None:
        self._clock = clock
        self._max_bytes = max_bytes
        self._lines: deque[_Line] = deque()
        self._bytes = 0
        self._left_out = 0

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, event: OperationEvent) -> None:
        line = _line(event)
        if self._bytes + line.size > self._max_bytes and not line.is_result:
            self._left_out += 1
            return
        if self._left_out:
            self._append(_line(self._gap()))
            self._left_out = 0
        self._append(line)

    @property
    def has_batch(self) -> bool:
        """Whether what waits is worth a write at once."""
        return (
            len(self._lines) >= MAX_BATCH_EVENTS
            or self._bytes >= MAX_BATCH_BYTES
            or (bool(self._lines) and self._lines[-1].is_result)
        )

    def take(self) -> bytes:
        """The next batch, as a JSON list; a result is alone in its own."""
        batch = [self._pop()]
        size = batch[0].size
        while self._lines and len(batch) < MAX_BATCH_EVENTS and not batch[0].is_result:
            line = self._lines[0]
            if line.is_result or size + line.size > MAX_BATCH_BYTES:
                break
            batch.append(self._pop())
            size += line.size
        return f"[{','.join(line.text for line in batch)}]".encode("ascii")

    def _append(self, line: _Line) -> None:
        self._lines.append(line)
        self._bytes += line.size

    def _pop(self) -> _Line:
        line = self._lines.popleft()
        self._bytes -= line.size
        return line

    def _gap(self) -> Diagnostic:
        return Diagnostic(
            at=self._clock.now(),
            severity=Severity.WARNING,
            message=f"{self._left_out} events are missing here: they could not be stored in time",
        )


def _line(event: OperationEvent) -> _Line:
    # As ASCII: a lone surrogate, which JSON may name, has no bytes of its own.
    return _Line(json.dumps(document_of(event)), is_result=event.type == RESULT)
