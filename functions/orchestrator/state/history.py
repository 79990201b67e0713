"""What was done to a stack, page by page, newest first."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from orchestrator.state.errors import UpdateNotFoundError
from orchestrator.state.names import updates_partition
from orchestrator.state.record_documents import update_in
from orchestrator.state.records import StackRecord, UpdateRecord
from orchestrator.state.storage import Records
from orchestrator.state.update_records import UpdateRecords


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some updates of a stack, newest first."""

    updates: Sequence[UpdateRecord]
    next_before: int = 0
    """The version to go on with; 0 at the end."""


class History:
    """The updates that have a number: no dry runs, none that never started."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._updates = UpdateRecords(records)

    def page(self, stack_id: str, *, limit: int, before: int = 0) -> HistoryPage:
        """At most `limit` updates behind the one of version `before`, or the newest ones.

        A page costs as much as all updates that are newer than its last one; a version that no
        update has costs all of them, and nothing is behind it. Two updates that began within a
        moment of each other may have been made in the other order, which is the one shown.
        """
        window = limit + 1
        while True:
            records = self._records.list(updates_partition(stack_id), descending=True, limit=window)
            found = [update_in(record.value) for record in records]
            older = _numbered_behind(found, before)
            if len(records) < window or len(older) > limit:
                break
            window *= 2
        has_more = len(older) > limit
        return HistoryPage(older[:limit], next_before=older[limit - 1].version if has_more else 0)

    def last(self, stack: StackRecord) -> UpdateRecord | None:
        """The stack's newest update, ended or not."""
        if not stack.last_update_id:
            return None
        with suppress(UpdateNotFoundError):
            return self._updates.require(stack.id, stack.last_update_id)
        return None


def _numbered_behind(updates: Sequence[UpdateRecord], before: int) -> Sequence[UpdateRecord]:
    """Those with a number that come after the one of version `before`; none if it is not there."""
    numbered = [update for update in updates if update.version]
    if not before:
        return numbered
    versions = [update.version for update in numbered]
    return numbered[versions.index(before) + 1 :] if before in versions else ()
