"""The events of runs, for whoever writes, follows or keeps them."""

from collections.abc import Callable
from contextlib import suppress

from hoist.clock import Clock
from hoist.errors import HoistError
from orchestrator.run_events.archives import ArchivedSlots, archive_key, packed
from orchestrator.run_events.cursors import Cursor
from orchestrator.run_events.pages import EventPage, read_page
from orchestrator.run_events.slots import LogSlots, log_id
from orchestrator.run_events.writer import EventWriter
from orchestrator.runs.records import Run
from orchestrator.state.errors import ObjectChangedError
from orchestrator.state.storage import Log, Objects


class RunEvents:
    """One log per slice while a run goes on, one object once it is over."""

    def __init__(self, log: Log, objects: Objects, clock: Clock) -> None:
        self._log = log
        self._objects = objects
        self._clock = clock

    def writer(
        self, run_id: str, slice_number: int, *, on_error: Callable[[HoistError], None]
    ) -> EventWriter:
        """Where a worker tells of the slice that it has claimed."""
        log = log_id(run_id, slice_number)
        return EventWriter(self._log, log, clock=self._clock, on_error=on_error)

    def read(self, run: Run, after: str = "") -> EventPage:
        """The run's events behind the cursor; `run` as it was read before this call.

        Raises EventCursorError.
        """
        cursor = Cursor.parse(after)
        if archived := self._archived(run):
            return read_page(run, archived, cursor)
        page = read_page(run, LogSlots(self._log, run.id), cursor)
        if page.is_complete and (archived := self._archived(run)):
            # Perhaps it was archived meanwhile, and the logs were empty for that.
            return read_page(run, archived, cursor)
        return page

    def archive(self, run: Run) -> None:
        """Make one object of a finished run's logs and drop them; may be repeated.

        Does nothing for a run that is not finished, or has no events.
        """
        if not run.state.is_final or not run.slices:
            return
        numbers = [part.number for part in run.slices]
        logs = [log_id(run.id, number) for number in numbers]
        if not any(self._log.read(log, limit=1) for log in logs):
            return
        body = packed(LogSlots(self._log, run.id), numbers)
        # There already: an earlier archiving died before it had dropped all the logs.
        with suppress(ObjectChangedError):
            self._objects.put(archive_key(run.id), body, if_etag=None)
        for log in logs:
            self._log.drop(log)

    def _archived(self, run: Run) -> ArchivedSlots | None:
        if not run.state.is_final:
            return None
        found = self._objects.get(archive_key(run.id))
        return ArchivedSlots.unpacked(found.body) if found else None
