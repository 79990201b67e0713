"""The writing end of one update's journal: batches become log records, a seal ends them.

    slot 1      entries 1..40
    slot 2      entries 41..57
    slot 3      seal: completed, or taken over, or refused

A client without a journal writes whole checkpoints instead, of which the last one counts.

The seal in the log decides. Whoever comes later, the first writer included, finds its slot taken
and learns from the seal that the update has ended.
"""

import hashlib
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
from orchestrator.state.journal_records import (
    Seal,
    SealReason,
    batch_as_body,
    checkpoint_as_body,
    checkpoint_in_body,
)
from orchestrator.state.records import UpdateRecord
from orchestrator.state.storage import Log, LogRecord


class UpdateJournal:
    """One writer's view of an update's log. Safe for several threads; other writers are noticed."""

    def __init__(self, log: Log, update: UpdateRecord, *, clock: Clock) -> None:
        self._log = log
        self._update_id = update.id
        self._clock = clock
        self._mutex = threading.Lock()
        self._next_slot = 1
        self._digests: dict[int, str] = {}
        self._checkpoint_digests: set[str] = set()
        self._seal: Seal | None = None

    def append(
        self, batch: bytes, *, check: Callable[[JournalEntry], None] = lambda _entry: None
    ) -> Sequence[JournalEntry]:
        """Make a batch durable; a repeated or overlapping batch adds only what is new in it.

        Returns the entries that were new. Raises JournalEntryError for a batch that cannot be
        accepted, or has an entry that `check` raises it for (the caller seals then), and
        UpdateLostError when the log is known to be sealed.
        """
        entries = merge_entries(parse_batch(batch))
        for entry in entries:
            check(entry)
        with self._mutex:
            self._demand_open()
            new = self._new_among(entries)
            # What is new may be found in the log: an earlier try wrote it, its answer was lost.
            while self._new_among(entries):
                if self._checkpoint_digests:
                    raise _mixed()
                if self._write(batch_as_body(batch)):
                    self._remember(entries)
                self._demand_open()
            return new

    def append_checkpoint(self, state: bytes) -> None:
        """Make a checkpoint durable, in place of all before it.

        One that came before is not written again: a call that was delayed and repeated must not
        bring an old state back. Raises as `append` does.
        """
        digest = hashlib.sha256(state).hexdigest()
        with self._mutex:
            self._demand_open()
            while digest not in self._checkpoint_digests:
                if self._digests:
                    raise _mixed()
                if self._write(checkpoint_as_body(state)):
                    self._checkpoint_digests.add(digest)
                self._demand_open()

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
            if (state := checkpoint_in_body(record.body)) is not None:
                self._checkpoint_digests.add(hashlib.sha256(state).hexdigest())
            else:
                self._remember(stored_batch(record, self._update_id))
        return bool(records)


def _mixed() -> JournalEntryError:
    return JournalEntryError(
        "this update mixes journal entries with checkpoints",
        way_out="run the update again, with one and the same Pulumi version",
    )


def _whole_milliseconds(now: datetime) -> datetime:
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
