"""What was done to a stack, page by page."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.history import History
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord, UpdateKind, UpdateRecord
from orchestrator.state.storage import Record
from orchestrator.state.stores.memory import InMemoryRecords
from orchestrator.state.update_records import UpdateRecords
from storages import NOON

STACK = "stk-00000000000000000001"


def records_with(
    versions: Sequence[int], records: InMemoryRecords | None = None
) -> InMemoryRecords:
    """Updates in the order of their creation, with these numbers; 0 for one that has none."""
    records = records or InMemoryRecords()
    for number, version in enumerate(versions):
        update = UpdateRecord(
            id=f"upd-{number:012x}",
            stack_id=STACK,
            kind=UpdateKind.UPDATE,
            is_dry_run=not version,
            created_at=NOON,
            version=version,
        )
        UpdateRecords(records).add(update)
    return records


def pages(history: History, *, limit: int) -> list[list[int]]:
    """The versions of all pages, one after the other."""
    found, before = [], 0
    while True:
        page = history.page(STACK, limit=limit, before=before)
        found.append([update.version for update in page.updates])
        before = page.next_before
        if not before:
            return found


def test_pages_are_newest_first() -> None:
    """Each goes on behind the one before, and the last says that nothing follows."""
    history = History(records_with([1, 2, 0, 3, 4, 0, 5]))

    assert pages(history, limit=2) == [[5, 4], [3, 2], [1]]
    assert pages(history, limit=5) == [[5, 4, 3, 2, 1]]
    assert pages(history, limit=100) == [[5, 4, 3, 2, 1]]


def test_a_stack_without_updates_has_one_empty_page() -> None:
    """A preview alone is no update."""
    assert pages(History(records_with([])), limit=3) == [[]]
    assert pages(History(records_with([0])), limit=3) == [[]]


@given(st.data(), st.integers(1, 5))
def test_every_update_is_on_one_page(data: st.DataObject, limit: int) -> None:
    """Though some begin in another order than they were made, and previews come between."""
    count = data.draw(st.integers(0, 12))
    numbers = data.draw(st.permutations(range(1, count + 1)))
    versions = []
    for number in numbers:
        versions += [number, *[0] * data.draw(st.integers(0, 2))]

    shown = pages(History(records_with(versions)), limit=limit)

    assert [number for page in shown for number in page] == numbers[::-1]
    assert all(len(page) == limit for page in shown[:-1])


def test_nothing_is_behind_a_version_that_is_not_there() -> None:
    """The page is empty, and the last."""
    page = History(records_with([1, 3, 5])).page(STACK, limit=5, before=4)

    assert (page.updates, page.next_before) == ((), 0)


def test_the_first_page_reads_little() -> None:
    """Not the whole history."""
    records = records_with(range(1, 100), _Counting())

    page = History(records).page(STACK, limit=20)

    assert len(page.updates) == 20
    assert isinstance(records, _Counting)
    assert records.read == 21


@pytest.mark.parametrize("last", ["", "upd-000000000001", "upd-gone"])
def test_the_last_update(last: str) -> None:
    """It is what the stack's record names, if that is there."""
    record = StackRecord(STACK, StackName("shop", "dev"), NOON, last_update_id=last)

    found = History(records_with([1, 2])).last(record)

    assert (found.version if found else None) == (2 if last.endswith("1") else None)


class _Counting(InMemoryRecords):
    """Counts the records that its listings hand out."""

    read = 0

    def list(self, partition: str, **how: Any) -> Sequence[Record]:
        found = super().list(partition, **how)
        self.read += len(found)
        return found
