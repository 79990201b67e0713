"""Adds entries to chains.

    read the head, once per process          number 7, hash 7f…
    put entry 8, with 7f… in it              if slot 8 is free
      taken: somebody was faster             read on to the new head, put entry 9
      taken by these very bytes              it was ours: only the answer had been lost

In the ordinary case an entry is one write and no read.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from hoist.clock import Clock
from hoist.errors import HoistError
from orchestrator.audit.acts import BEGUN, DONE, Act, Digests, Result, result_of, shortened
from orchestrator.audit.chains import INSTALLATION, Chains
from orchestrator.audit.entries import (
    GENESIS,
    Entry,
    encode_entry,
    hash_of,
    stored_entry,
    whole_milliseconds,
)
from orchestrator.audit.errors import AuditBusyError
from orchestrator.state.errors import SlotTakenError
from orchestrator.state.storage import LogRecord

CHAIN_ENDED = "chain_ended"
"""The operation of the entry in the installation's chain that says how another chain ends."""
MAX_APPEND_ATTEMPTS = 100
"""Of many who append at once, one gets through at a time."""
_ENTRIES_READ_ON = 50
"""Whoever is further behind looks for the head anew."""
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the audit lacks: it had happened already when it could not be told."""

    chain: str
    operation: str
    error: HoistError


OnLost = Callable[[Loss], None]
"""Hears of a loss, and raises nothing."""


@dataclass(frozen=True, slots=True)
class _Head:
    number: int
    hash: str
    at: datetime


class AuditTrail:
    """The chains of an installation, for who acts. May be used by several threads."""

    def __init__(
        self,
        chains: Chains,
        *,
        clock: Clock,
        on_lost: OnLost,
        make_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._chains = chains
        self._clock = clock
        self._on_lost = on_lost
        self._make_id = make_id
        # As this process saw them last; an old one costs a write that is refused.
        self._heads: dict[str, _Head] = {}

    def record(
        self,
        chain: str,
        act: Act,
        effect: Callable[[], Answer],
        *,
        judge: Callable[[Exception], Result] = result_of,
    ) -> Answer:
        """Do what the act says, between the entry that it began and the one that tells its end.

        Without the first entry nothing is done: raises what `note` does. Whatever `effect` raises
        is raised, with the result that `judge` makes of it in the chain. If the second entry
        cannot be written `on_lost` hears of it, and the answer stands: the effect has happened.
        """
        number = self.note(chain, act, BEGUN)
        try:
            answer = effect()
        except Exception as error:
            self.note_after(chain, act, replace(judge(error), begun_at=number))
            raise
        self.note_after(chain, act, replace(DONE, begun_at=number))
        return answer

    def note(self, chain: str, act: Act, result: Result) -> int:
        """Add one entry; its number.

        Raises AuditBusyError, AuditDamagedError, and StoreUnavailableError: it may be written then.
        """
        act, entry_id = shortened(act), self._make_id()
        for _ in range(MAX_APPEND_ATTEMPTS):
            head = self._heads.get(chain) or self._read_head(chain)
            entry = Entry(
                chain=chain,
                number=head.number + 1,
                previous=head.hash,
                id=entry_id,
                # Clocks differ; a timeline that goes back would be read as a fault.
                at=max(whole_milliseconds(self._clock.now()), head.at),
                act=act,
                result=result,
            )
            if self._is_put(entry):
                return entry.number
        raise AuditBusyError(
            f"the audit chain {chain} is appended to too fast", way_out="try again in a moment"
        )

    def note_after(self, chain: str, act: Act, result: Result) -> int:
        """Add an entry about what has happened already: what fails, only `on_lost` hears of.

        The entry's number; 0 if it could not be written.
        """
        try:
            return self.note(chain, act, result)
        except HoistError as error:
            self._on_lost(Loss(chain, act.operation, error))
            return 0

    def note_end_of(self, chain: str, act: Act) -> None:
        """Note in the installation's chain how this one ends, which nobody will anchor any more.

        `act` is what ended it. As with `note_after`, only `on_lost` hears of what fails.
        """
        try:
            head = self._heads.get(chain) or self._read_head(chain)
        except HoistError as error:
            self._on_lost(Loss(chain, CHAIN_ENDED, error))
            return
        ending = replace(
            act,
            operation=CHAIN_ENDED,
            subject=f"{chain}#{head.number}",
            digests=Digests(chain=head.hash),
        )
        self.note_after(INSTALLATION, ending, DONE)

    def _is_put(self, entry: Entry) -> bool:
        body = encode_entry(entry)
        # Forgotten until the write is done: after a failure nobody knows where the chain ends.
        self._heads.pop(entry.chain, None)
        try:
            self._chains.append(entry.chain, LogRecord(entry.number, body, entry.at))
        except SlotTakenError:
            if not self._is_there(entry, body):
                return False
        self._heads[entry.chain] = _Head(entry.number, hash_of(body), entry.at)
        return True

    def _is_there(self, entry: Entry, body: bytes) -> bool:
        """Whether the slot was taken by ourselves; else the head is the one behind it."""
        found = self._chains.read(entry.chain, after_slot=entry.number - 1, limit=_ENTRIES_READ_ON)
        if found and found[0].body == body:
            return True
        if 0 < len(found) < _ENTRIES_READ_ON:
            self._heads[entry.chain] = _head_in(found[-1])
        return False

    def _read_head(self, chain: str) -> _Head:
        last = self._chains.last(chain)
        return _Head(0, GENESIS, _BEFORE_ALL) if last is None else _head_in(last)


def _head_in(record: LogRecord) -> _Head:
    stored = stored_entry(record.body)
    return _Head(record.slot, stored.hash, stored.entry.at)
