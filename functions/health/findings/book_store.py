"""The seam of the book's store, and how a look is written into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from health.errors import BookChangedError
from health.findings.book import Book, Revision, revise
from health.findings.look import Look

# The schedule's look and somebody's own may meet; three of them at once do not.
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class StoredBook:
    """The book as it was read. `revision` counts its writes; 0 means that there is none yet."""

    book: Book
    revision: int


class BookStore(Protocol):
    """Keeps one book, replaced as a whole. What it raises is a HoistError."""

    def read(self) -> StoredBook:
        """The latest one; raises BookUnreadableError for what this version cannot read."""
        ...

    def write(self, book: Book, *, expected_revision: int) -> None:
        """Raises BookChangedError if the stored revision is another."""
        ...


def write_down(store: BookStore, looks: Sequence[Look], *, now: datetime) -> Revision:
    """Revise the stored book by these looks; raises what the store raises."""
    for _ in range(_ATTEMPTS):
        stored = store.read()
        revision = revise(stored.book, looks, now=now)
        if revision.book == stored.book:
            return revision
        try:
            store.write(revision.book, expected_revision=stored.revision)
        except BookChangedError:
            continue
        return revision
    raise BookChangedError
