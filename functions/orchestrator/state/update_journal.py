"""The writing end of one update's journal: batches become log records, a seal ends them.

    slot 1      entries 1..40
    slot 2      entries 41..57
    slot 3      seal: completed, or taken over, or refused

The seal in the log decides. Whoever comes later, the first writer included, finds its slot taken
and learns from the seal that the update has ended.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from hoist.clock import Clock
from orchestrator.state.errors import (
    JournalEntryError,
    LogGapError,
    SlotTakenError,
    UpdateLostError,
)
from orchestrator.state.journal import JournalEntry, merge_entries, parse_batch
from orchestrator.state.journal_contents import stored_batch
from orchestrator.state.journal_records import Seal, SealReason, batch_as_body
from orchestrator.state.records import UpdateRecord
from orchestrator.state.storage import Log, LogRecord


class UpdateJournal:
    """One writer's view of an update's log. Safe for several threads; other writers are noticed."""

    def __init__(self, log: Log, update: UpdateRecord, *, clock: Clock) -> None:
        self._log = log
        self._update_id = update.id
        self._secrets = update.secrets
        self._clock = clock
        self._mutex = threading.Lock()
        self._next_slot = 1
        self._digests: dict[int, str] = {}
        self._seal: Seal | None = None

    def append(self, batch: bytes) -> Sequence[JournalEntry]:
        """Make a batch durable; a repeated or overlapping batch adds only what is new in it.

        Returns the entries that were new. Raises JournalEntryError for a batch that cannot be
        accepted (the caller seals then), UpdateLostError when the log is known to be sealed.
        """
        entries = merge_entries(parse_batch(batch))
        self._refuse_other_keys(entries)
        with self._mutex:
            self._demand_open()
            new = self._new_among(entries)
            # What is new may be found in the log: an earlier try wrote it, its answer was lost.
            while self._new_among(entries):
                if self._write(batch_as_body(batch)):
                    self._remember(entries)
                self._demand_open()
            return new

    def seal(self, seal: Seal) -> Seal:
        """End the log and return the seal that is in force: an earlier one wins."""
        return self._end(lambda: seal)

    def complete(self, seal: Seal) -> Seal:
        """The same, but a log with a hole is sealed as refused: a batch of it was lost."""

        def unless_hole() -> Seal:
            hole = self._first_hole()
            detail = f"journal entry {hole} never arrived"
            return Seal(SealReason.REFUSED, detail) if hole else seal

        return self._end(unless_hole)

    def _end(self, choose: Callable[[], Seal]) -> Seal:
        with self._mutex:
            while self._seal is None:
                # A free slot proves that this view of the log is whole; else it is read, and the
                # choice made anew.
                seal = choose()
                if self._write(seal.as_body()):
                    self._seal = seal
            return self._seal

    def _first_hole(self) -> int:
        """The lowest sequence id that is missing below the highest; 0 when there is none."""
        highest = max(self._digests, default=0)
        return next((n for n in range(1, highest) if n not in self._digests), 0)

    def _new_among(self, entries: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        for entry in entries:
            if self._digests.get(entry.sequence_id, entry.digest) != entry.digest:
                raise JournalEntryError(
                    f"entry {entry.sequence_id} was sent before with other content",
                    way_out="run the update again; what was acknowledged is kept",
                )
        return [entry for entry in entries if entry.sequence_id not in self._digests]

    def _refuse_other_keys(self, entries: Sequence[JournalEntry]) -> None:
        """With another provider, resources of the base keep secrets that its key does not open."""
        allowed = self._secrets.as_state() if self._secrets else None
        for entry in entries:
            if allowed and entry.secrets_provider and entry.secrets_provider != allowed:
                raise JournalEntryError(
                    f"entry {entry.sequence_id} changes the stack's secrets provider",
                    way_out="put the stack's own provider and key into its settings file",
                )

    def _remember(self, entries: Sequence[JournalEntry]) -> None:
        self._digests.update((entry.sequence_id, entry.digest) for entry in entries)

    def _demand_open(self) -> None:
        if self._seal:
            raise UpdateLostError(str(self._seal), way_out="start a new update")

    def _write(self, body: bytes) -> bool:
        """Write into the next slot; False if it was taken, after reading what is there."""
        record = LogRecord(self._next_slot, body, _whole_milliseconds(self._clock.now()))
        try:
            self._log.append(self._update_id, record)
        except (SlotTakenError, LogGapError) as error:
            if self._catch_up():
                return False
            # Slots are never freed: one that is taken and cannot be read was dropped.
            raise UpdateLostError(
                "the journal of this update is gone: its stack was deleted",
                way_out="start a new update",
            ) from error
        self._next_slot += 1
        return True

    def _catch_up(self) -> bool:
        """Read what others wrote; False if there is nothing."""
        records = self._log.read(self._update_id, after_slot=self._next_slot - 1)
        for record in records:
            self._next_slot = record.slot + 1
            if seal := Seal.from_body(record.body):
                self._seal = seal
                break
            self._remember(stored_batch(record, self._update_id))
        return bool(records)


def _whole_milliseconds(now: datetime) -> datetime:
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
