"""The book of findings as a JSON text."""

import json
from typing import Any

from health.errors import BookUnreadableError
from health.findings.book import Book, Resolution, Sighting
from health.findings.documents import (
    Document,
    finding_document,
    finding_of,
    subject_document,
    subject_of,
    time_of,
    time_text,
)
from health.findings.look import ResolvedBecause


def encode_book(book: Book) -> str:
    document = {
        "open": [_sighting_document(sighting) for sighting in book.sightings],
        "resolved": [resolution_document(resolution) for resolution in book.resolutions],
    }
    return json.dumps(document, allow_nan=False, separators=(",", ":"))


def decode_book(text: str, *, where: str) -> Book:
    """Raises BookUnreadableError, which names `where` the text is from."""
    try:
        document = json.loads(text)
        return Book(
            tuple(_sighting_of(sighting) for sighting in document["open"]),
            tuple(resolution_of(resolution) for resolution in document["resolved"]),
        )
    except (
        AttributeError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ) as fault:
        raise BookUnreadableError(where, "it holds something else") from fault


def resolution_document(resolution: Resolution) -> dict[str, Any]:
    return {
        "finding": finding_document(resolution.finding),
        "resolved_at": time_text(resolution.resolved_at),
        "because": resolution.because,
    }


def resolution_of(document: Document) -> Resolution:
    """The resolution again; raises KeyError, TypeError or ValueError for what is none."""
    return Resolution(
        finding_of(document["finding"]),
        time_of(document["resolved_at"]),
        ResolvedBecause(document["because"]),
    )


def _sighting_document(sighting: Sighting) -> dict[str, Any]:
    return {
        "finding": finding_document(sighting.finding),
        "check": sighting.check,
        "rule": sighting.rule,
        "assessed": subject_document(sighting.assessed),
        "last_seen": time_text(sighting.last_seen),
    }


def _sighting_of(document: Document) -> Sighting:
    return Sighting(
        finding_of(document["finding"]),
        str(document["check"]),
        str(document["rule"]),
        subject_of(document["assessed"]),
        time_of(document["last_seen"]),
    )
