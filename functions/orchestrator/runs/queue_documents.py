"""A stack's queue: the ids of its unfinished runs, oldest first, and how it is stored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from orchestrator.runs.documents import FORMAT, document_of, run_in
from orchestrator.runs.records import Run
from orchestrator.state.document_fields import instant_in, known_fields
from orchestrator.state.storage import Document


@dataclass(frozen=True, slots=True)
class RunQueue:
    """What is unfinished. The first is the only one that may be worked on."""

    stack_id: str
    run_ids: tuple[str, ...] = ()
    newest: Run | None = None
    """The last that was admitted, as it was then: its own record may not be written yet."""
    newest_created_at: datetime | None = None
    first_since: datetime | None = None
    """Since when the first has been the first."""
    revision: int = 0

    def next_instant(self, now: datetime) -> datetime:
        """When the next run counts as created: later than all before it, whatever the clocks."""
        if self.newest_created_at is None:
            return now
        return max(now, self.newest_created_at + timedelta(milliseconds=1))

    def admitting(self, run: Run) -> Self:
        return replace(
            self,
            run_ids=(*self.run_ids, run.id),
            newest=run,
            newest_created_at=run.created_at,
            first_since=self.first_since if self.run_ids else run.created_at,
        )

    def without(self, run_id: str, *, now: datetime) -> Self:
        """The queue after a run has left it, whose newest run must be written."""
        is_first = self.run_ids[:1] == (run_id,)
        return replace(
            self,
            run_ids=tuple(found for found in self.run_ids if found != run_id),
            newest=None,
            first_since=now if is_first else self.first_since,
        )


def queue_document(queue: RunQueue) -> Document:
    return {
        "format": FORMAT,
        "run_ids": list(queue.run_ids),
        "newest": document_of(queue.newest) if queue.newest else None,
        "newest_created_at": _text(queue.newest_created_at),
        "first_since": _text(queue.first_since),
    }


def queue_in(document: Document, *, stack_id: str, revision: int) -> RunQueue:
    """The queue; raises CorruptStateError for a document of another format."""
    known = known_fields(document, "queue", format_number=FORMAT)
    newest = known["newest"]
    return RunQueue(
        stack_id=stack_id,
        run_ids=tuple(known["run_ids"]),
        newest=run_in(newest, revision=0) if newest else None,
        newest_created_at=instant_in(known["newest_created_at"]),
        first_since=instant_in(known["first_since"]),
        revision=revision,
    )


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
