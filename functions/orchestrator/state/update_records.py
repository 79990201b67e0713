"""The records of updates, one per update, dry runs included."""

from collections.abc import Callable, Sequence

from orchestrator.state.errors import UpdateNotFoundError
from orchestrator.state.names import update_record_key, updates_partition
from orchestrator.state.record_changes import change_record
from orchestrator.state.record_documents import document_of, update_in
from orchestrator.state.records import UpdateRecord
from orchestrator.state.storage import Records


class UpdateRecords:
    """Updates by the id of their stack and their own."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, update: UpdateRecord) -> None:
        """Store a new one."""
        key = update_record_key(update.stack_id, update.id)
        self._records.put(key, document_of(update), expected_revision=0)

    def require(self, stack_id: str, update_id: str) -> UpdateRecord:
        """The update; raises UpdateNotFoundError."""
        found = self._records.get(update_record_key(stack_id, update_id))
        if found is None:
            raise _not_found(update_id)
        return update_in(found.value)

    def change(
        self, update: UpdateRecord, change: Callable[[UpdateRecord], UpdateRecord]
    ) -> UpdateRecord:
        """Write what `change` makes of the stored record; on a collision it is asked again.

        Raises UpdateNotFoundError, StateConflictError, and whatever `change` raises.
        """
        changed = change_record(
            self._records,
            update_record_key(update.stack_id, update.id),
            lambda document: document_of(change(update_in(document))),
        )
        if changed is None:
            raise _not_found(update.id)
        return update_in(changed)

    def numbered(self, stack_id: str) -> Sequence[UpdateRecord]:
        """Those that have a number, newest first: no dry runs, none that never started.

        Ids are in the order of creation; numbers are given when an update starts.
        """
        found = self._records.list(updates_partition(stack_id))
        updates = [update_in(record.value) for record in found]
        started = [update for update in updates if update.version]
        return sorted(started, key=lambda update: update.version, reverse=True)


def _not_found(update_id: str) -> UpdateNotFoundError:
    return UpdateNotFoundError(
        f"there is no update {update_id} of this stack", way_out="see `pulumi stack history`"
    )
