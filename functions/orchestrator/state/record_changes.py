"""Changing a stored document that others may change at the same time."""

from collections.abc import Callable

from orchestrator.state.errors import RecordChangedError, StateConflictError
from orchestrator.state.storage import Document, RecordKey, Records

# Writers of one record are few (a renewal, a tag): five collisions in a row are a fault.
MAX_WRITE_ATTEMPTS = 5


def change_record(
    records: Records, key: RecordKey, change: Callable[[Document], Document]
) -> Document | None:
    """Write what `change` makes of the document; on a collision it is asked again.

    Returns what is stored then, or None if there is no such record. Raises whatever `change`
    raises, and StateConflictError if the record never holds still.
    """
    for _ in range(MAX_WRITE_ATTEMPTS):
        found = records.get(key)
        if found is None:
            return None
        changed = change(found.value)
        if changed == found.value:
            return changed
        try:
            return records.put(key, changed, expected_revision=found.revision).value
        except RecordChangedError:
            continue
    raise StateConflictError(
        f"the record of '{key.sort}' is changing too fast", way_out="try again in a moment"
    )
