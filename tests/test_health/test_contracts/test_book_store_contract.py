"""Every store of the book keeps it, and lets nobody overwrite what they have not seen."""

from collections.abc import Callable, Iterator

import pytest

from health.dependencies.errors import DependencyAbsentError
from health.errors import BookChangedError, BookUnreadableError
from health.findings.book import Book, Sighting
from health.findings.book_store import BookStore, StoredBook, write_down
from health.findings.stores.dynamodb import PARTITION, SORT, DynamoDBBook
from health.findings.stores.memory import InMemoryBook
from health_findings import NOON, WORKER, a_finding, a_look, an_assessment
from storages import AwsPlace, emulator_place, moto_place

OpenBook = Callable[[], BookStore]

SEEN = Book((Sighting(a_finding(first_seen=NOON), "metrics", "lambda.throttles", WORKER, NOON),))


@pytest.fixture(params=["memory", "moto", pytest.param("emulator", marks=pytest.mark.emulator)])
def open_book(request: pytest.FixtureRequest) -> Iterator[OpenBook]:
    """Views of one empty store, each as another process has it."""
    if request.param == "memory":
        book = InMemoryBook()
        yield lambda: book
    elif request.param == "moto":
        with moto_place() as place:
            yield lambda: _book_in(place)
    else:
        with emulator_place(request.getfixturevalue("emulator_url")) as place:
            yield lambda: _book_in(place)


def _book_in(place: AwsPlace) -> DynamoDBBook:
    return DynamoDBBook(place.dynamodb, table=place.table)


def test_empty_store_has_an_empty_book(open_book: OpenBook) -> None:
    """Before the first write there is an empty book, of revision 0."""
    assert open_book().read() == StoredBook(Book(), 0)


def test_what_is_written_is_read_elsewhere(open_book: OpenBook) -> None:
    """A book that one process wrote is what another reads, with its revision counted on."""
    open_book().write(SEEN, expected_revision=0)
    assert open_book().read() == StoredBook(SEEN, 1)

    open_book().write(Book(), expected_revision=1)
    assert open_book().read() == StoredBook(Book(), 2)


@pytest.mark.parametrize("expected", [0, 1, 3, 7])
def test_unseen_book_is_not_overwritten(open_book: OpenBook, expected: int) -> None:
    """Who expects another revision than there is changes nothing."""
    open_book().write(Book(), expected_revision=0)
    open_book().write(SEEN, expected_revision=1)

    with pytest.raises(BookChangedError):
        open_book().write(Book(), expected_revision=expected)

    assert open_book().read() == StoredBook(SEEN, 2)


def test_look_that_meets_another_is_written_down_after_it(open_book: OpenBook) -> None:
    """Two looks at once are both written down: the second reads again and comes after."""
    store = open_book()

    class MeetsAnother:
        def __init__(self) -> None:
            self.others = 2

        def read(self) -> StoredBook:
            seen = store.read()
            if self.others:
                self.others -= 1
                other = an_assessment(a_finding(f"other.{self.others}"))
                write_down(store, [a_look(other)], now=NOON)
            return seen

        def write(self, book: Book, *, expected_revision: int) -> None:
            store.write(book, expected_revision=expected_revision)

    mine = a_look(an_assessment(a_finding("mine"), rule="m"), check="m")
    revision = write_down(MeetsAnother(), [mine], now=NOON)

    kept = {sighting.finding.id for sighting in store.read().book.sightings}
    assert "mine" in kept
    assert {finding.id for finding in revision.findings} == kept


def test_unchanged_book_is_not_written(open_book: OpenBook) -> None:
    """A look that changes nothing costs no write."""
    write_down(open_book(), [a_look(an_assessment())], now=NOON)

    assert open_book().read().revision == 0


def test_newer_format_is_not_touched() -> None:
    """An item that a later version wrote is refused by name, and left as it is."""
    with moto_place() as place:
        key = {"pk": {"S": PARTITION}, "sk": {"S": SORT}}
        place.dynamodb.put_item(
            TableName=place.table,
            Item={**key, "format": {"N": "9"}, "revision": {"N": "4"}, "value": {"S": "{}"}},
        )

        with pytest.raises(BookUnreadableError, match="format 9"):
            _book_in(place).read()


def test_item_of_another_kind_is_refused() -> None:
    """An item without what every book has is refused by name."""
    with moto_place() as place:
        place.dynamodb.put_item(
            TableName=place.table, Item={"pk": {"S": PARTITION}, "sk": {"S": SORT}}
        )

        with pytest.raises(BookUnreadableError, match=SORT):
            _book_in(place).read()


def test_missing_table_is_named() -> None:
    """Without its table the store says which one is missing."""
    with moto_place() as place, pytest.raises(DependencyAbsentError, match="nowhere"):
        DynamoDBBook(place.dynamodb, table="nowhere").read()
