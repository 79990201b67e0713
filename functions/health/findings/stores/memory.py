"""The book in the memory of one process: for tests, and for a look that nobody remembers."""

from threading import Lock

from health.errors import BookChangedError
from health.findings.book import Book
from health.findings.book_store import StoredBook


class InMemoryBook:
    """Forgotten with its process. May be used by several threads."""

    def __init__(self) -> None:
        self._stored = StoredBook(Book(), 0)
        self._lock = Lock()

    def read(self) -> StoredBook:
        return self._stored

    def write(self, book: Book, *, expected_revision: int) -> None:
        with self._lock:
            if self._stored.revision != expected_revision:
                raise BookChangedError
            self._stored = StoredBook(book, expected_revision + 1)
