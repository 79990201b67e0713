"""A finished run's events as one object: gzip, one JSON object per line.

    {"cursor": "<slice>-<slot>", "event": {...}}

The cursors are those of the logs, so that a reader who was in the middle goes on in the archive.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Self

from orchestrator.run_events.cursors import Cursor
from orchestrator.run_events.slots import EventSlot, SlotSource

# Texts of events repeat themselves: higher levels take several times as long for a few percent.
_COMPRESSION_LEVEL = 3


def archive_key(run_id: str) -> str:
    return f"events/{run_id}.ndjson.gz"


def packed(source: SlotSource, slice_numbers: Sequence[int]) -> bytes:
    """The events of these slices; the same events give the same bytes."""
    lines = (
        json.dumps({"cursor": str(Cursor(number, slot.number)), "event": event}) + "\n"
        for number in slice_numbers
        for slot in source.slots(number, after=0, limit=0)
        for event in slot.events
    )
    return gzip.compress("".join(lines).encode("ascii"), _COMPRESSION_LEVEL, mtime=0)


@dataclass(frozen=True, slots=True)
class ArchivedSlots:
    """The slots of a run as its archive has them."""

    by_slice: dict[int, list[EventSlot]] = field(default_factory=dict)

    @classmethod
    def unpacked(cls, body: bytes) -> Self:
        by_slice: dict[int, list[EventSlot]] = {}
        for cursor, events in _grouped(body):
            by_slice.setdefault(cursor.slice_number, []).append(EventSlot(cursor.slot, events))
        return cls(by_slice)

    def slots(self, slice_number: int, *, after: int, limit: int) -> Sequence[EventSlot]:
        found = [slot for slot in self.by_slice.get(slice_number, ()) if slot.number > after]
        return found[: limit or None]


def _grouped(body: bytes) -> Iterator[tuple[Cursor, list[Any]]]:
    lines = map(json.loads, gzip.decompress(body).splitlines())
    for cursor, group in groupby(lines, key=lambda line: str(line["cursor"])):
        yield Cursor.parse(cursor), [line["event"] for line in group]
