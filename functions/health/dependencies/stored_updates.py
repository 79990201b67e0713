"""Updates of a stack, as far as they tell when somebody last looked at what is really there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from health.dependencies.errors import UnreadableRecordError
from health.dependencies.fields import instant_in, text_in
from health.dependencies.records import Document, StoredRecords

SUCCEEDED = "succeeded"
REFRESH = "refresh"
DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class PastUpdate:
    """An update that has ended, or is under way."""

    kind: str
    status: str
    is_dry_run: bool
    ended_at: datetime | None

    @property
    def has_succeeded(self) -> bool:
        return self.status == SUCCEEDED


def updates_of(records: StoredRecords, stack_id: str) -> Iterator[PastUpdate]:
    """The updates of a stack, newest first, page by page; raises LookErrors."""
    for record in records.list(f"updates#{stack_id}", newest_first=True):
        yield update_in(record.document)


def update_in(document: Document) -> PastUpdate:
    """The update of a document; raises UnreadableRecordError."""
    try:
        ended_at = document["ended_at"]
        return PastUpdate(
            kind=text_in(document["kind"]),
            status=text_in(document["status"]),
            is_dry_run=bool(document["is_dry_run"]),
            ended_at=instant_in(ended_at) if ended_at else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRecordError("the record of an update") from error
