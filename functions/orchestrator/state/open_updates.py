"""What one process remembers of the updates whose calls it serves.

Nothing depends on it: another process, or this one after a crash, reads it again from the store.
"""

import hmac

from hoist.clock import Clock
from hoist.secret import Secret
from orchestrator.state.errors import UpdateLostError
from orchestrator.state.ids import token_digest
from orchestrator.state.names import StackName
from orchestrator.state.records import UpdateRecord, UpdateStatus
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Log
from orchestrator.state.update_journal import UpdateJournal
from orchestrator.state.update_records import UpdateRecords

LEASE_UNKNOWN = "this lease token is not for this update"


class OpenUpdates:
    """Records and journals of open updates. May be used by several threads."""

    def __init__(self, log: Log, stacks: Stacks, records: UpdateRecords, *, clock: Clock) -> None:
        self._log = log
        self._stacks = stacks
        self._records = records
        self._clock = clock
        self._updates: dict[tuple[StackName, str], UpdateRecord] = {}
        self._journals: dict[str, UpdateJournal] = {}

    def remember(self, name: StackName, update: UpdateRecord) -> None:
        """An update of this stack; what is not running is not worth it."""
        if update.status is UpdateStatus.RUNNING:
            self._updates[name, update.id] = update

    def authorize(self, name: StackName, update_id: str, token: Secret) -> UpdateRecord:
        """The stack's update that this lease token is for; raises UpdateLostError for any other.

        The record is read once per update and process: that a lost update cannot write is the
        log's affair, not this check's.
        """
        update = self._updates.get((name, update_id))
        if update is None:
            update = self._records.require(self._stacks.require(name).id, update_id)
        if not hmac.compare_digest(update.token_digest, token_digest(token)):
            raise UpdateLostError(LEASE_UNKNOWN)
        self.remember(name, update)
        return update

    def journal(self, update: UpdateRecord) -> UpdateJournal:
        """This process's view of the update's journal."""
        # Racing threads may make two for one update; the log keeps them apart.
        return self._journals.setdefault(
            update.id, UpdateJournal(self._log, update, clock=self._clock)
        )

    def forget(self, name: StackName, update: UpdateRecord) -> None:
        """It has ended."""
        self._journals.pop(update.id, None)
        self._updates.pop((name, update.id), None)
