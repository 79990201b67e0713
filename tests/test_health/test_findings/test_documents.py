"""Findings and books as documents: what is written is read again, and nothing else is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.errors import BookUnreadableError
from health.findings.book import Book, Resolution, Sighting
from health.findings.book_documents import decode_book, encode_book
from health.findings.documents import finding_document, finding_of
from health.findings.finding import Finding
from health.findings.look import ResolvedBecause
from health_findings import NOON, WORKER, a_finding, any_finding

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)


@given(any_finding)
def test_finding_comes_back(finding: Finding) -> None:
    """A finding that went through JSON is the same finding."""
    assert finding_of(json.loads(json.dumps(finding_document(finding)))) == finding


@given(st.lists(any_finding, max_size=3), st.sampled_from(ResolvedBecause))
def test_book_comes_back(findings: list[Finding], because: ResolvedBecause) -> None:
    """A book that went through its text is the same book."""
    book = Book(
        tuple(Sighting(finding, "check", "rule", WORKER, NOON) for finding in findings),
        tuple(Resolution(finding, NOON, because) for finding in findings),
    )

    assert decode_book(encode_book(book), where="a test") == book


@given(st.text() | _json.map(json.dumps))
def test_other_texts_are_refused(text: str) -> None:
    """Any text is a book or is refused by name; nothing else comes of it."""
    try:
        decode_book(text, where="a test")
    except BookUnreadableError:
        return


def _paths(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(document, dict | list):
        return [path]
    children = document.items() if isinstance(document, dict) else enumerate(document)
    return [path, *(deeper for key, child in children for deeper in _paths(child, (*path, key)))]


@given(st.data())
def test_damaged_books_are_refused_or_read(data: st.DataObject) -> None:
    """A book with any one value replaced by any other is a book or is refused by name."""
    finding = a_finding(first_seen=NOON)
    resolution = Resolution(finding, NOON, ResolvedBecause.NOT_FOUND)
    book = Book((Sighting(finding, "check", "rule", WORKER, NOON),), (resolution,))
    document = json.loads(encode_book(book))
    *path, last = data.draw(st.sampled_from([path for path in _paths(document) if path]))
    place = document
    for key in path:
        place = place[key]
    place[last] = data.draw(_json)

    try:
        decode_book(json.dumps(document), where="a test")
    except BookUnreadableError:
        return


@pytest.mark.parametrize("time", ["2026-03-01T12:00:00", "noon", ""])
def test_times_without_a_zone_are_refused(time: str) -> None:
    """A time that could be anywhere is no time."""
    document = finding_document(a_finding()) | {"first_seen": time}

    with pytest.raises(ValueError, match="."):
        finding_of(document)


def test_refusal_names_the_place() -> None:
    """Whoever has to delete an unreadable book is told where it is."""
    with pytest.raises(BookUnreadableError, match="item 7"):
        decode_book("[]", where="item 7")
