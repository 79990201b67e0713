"""Writes the events of one slice, in a thread: whoever tells of an event never waits for a store.

write ──► waiting events ──► thread: 0.25 s after the first, or when there are many
                               └─► next slot of the slice's log
"""

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from hoist.clock import Clock
from hoist.errors import EnvironmentFaultError, HoistError
from hoist.operation_events import OperationEvent
from orchestrator.run_events.batches import WaitingEvents
from orchestrator.state.errors import SlotTakenError, StoreUnavailableError
from orchestrator.state.storage import Log, LogRecord

FLUSH_AFTER_SECONDS = 0.25
"""Soon enough for who watches, and late enough for a batch."""
RETRY_AFTER_SECONDS = 2.0
CLOSE_PATIENCE_SECONDS = 8.0
"""The end of a slice has 20 s for everything, and the run's own record is worth more."""


class EventWriter:
    """The events of one slice, from its beginning to its end: a context manager.

    Nothing that happens to the store is raised: a deployment is worth more than its display.
    `on_error` is told, once, from the thread or at the end.
    """

    def __init__(
        self, log: Log, log_id: str, *, clock: Clock, on_error: Callable[[HoistError], None]
    ) -> None:
        self._log = log
        self._log_id = log_id
        self._clock = clock
        self._on_error = on_error
        self._last_slot = 0
        self._is_closing = False
        self._has_failed = False
        self._waiting = WaitingEvents(clock=clock)
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="run-events", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what waits; give up on a store that does not answer for some seconds."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(CLOSE_PATIENCE_SECONDS)
        if self._thread.is_alive():
            self._fail(StoreUnavailableError(f"{self._log_id} was not written to its end"))

    def write(self, event: OperationEvent) -> None:
        """Tell of an event; from any thread."""
        with self._changed:
            if not self._has_failed:
                self._waiting.add(event)
                self._changed.notify()

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            try:
                self._append(batch)
            except HoistError as error:
                self._fail(error)
                return

    def _next_batch(self) -> bytes | None:
        """Wait for one that is due; None when there is nothing left to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            self._changed.wait_for(
                lambda: self._waiting.has_batch or self._is_closing, FLUSH_AFTER_SECONDS
            )
            if self._has_failed or not self._waiting:
                return None
            return self._waiting.take()

    def _append(self, batch: bytes) -> None:
        """Put the batch into the next slot, however long the store does not answer."""
        record = LogRecord(self._last_slot + 1, batch, _whole_milliseconds(self._clock.now()))
        while True:
            try:
                self._put(record)
                return
            except EnvironmentFaultError as error:
                if self._pause():
                    raise error from None

    def _put(self, record: LogRecord) -> None:
        try:
            self._log.append(self._log_id, record)
        except SlotTakenError:
            # By ourselves, if the answer of an earlier try was lost.
            present = self._log.read(self._log_id, after_slot=self._last_slot, limit=1)
            if [found.body for found in present] != [record.body]:
                raise
        self._last_slot = record.slot

    def _pause(self) -> bool:
        """Wait before the next try; True if the slice is at its end and nobody waits any more."""
        with self._changed:
            if not self._is_closing:
                self._changed.wait_for(lambda: self._is_closing, RETRY_AFTER_SECONDS)
                return False
            return self._changed.wait_for(lambda: self._has_failed, RETRY_AFTER_SECONDS)

    def _fail(self, error: HoistError) -> None:
        with self._changed:
            is_first, self._has_failed = not self._has_failed, True
            self._changed.notify()
        if is_first:
            self._on_error(error)


def _whole_milliseconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
