"""Where a reader of a run's events is: behind a slot of a slice's log."""

import re
from dataclasses import dataclass
from typing import Self

from orchestrator.run_events.errors import EventCursorError

# More digits than any slice or slot has, and few enough for every store.
_CURSOR = re.compile(r"([1-9][0-9]{0,5})-(0|[1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to this slot of this slice was read; slot 0 is before the first."""

    slice_number: int = 1
    slot: int = 0

    def __str__(self) -> str:
        return f"{self.slice_number}-{self.slot}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor of a page's `next`; an empty text is the beginning.

        Raises EventCursorError.
        """
        if not text:
            return cls()
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise EventCursorError(
                f"'{text[:40]}' is no cursor of events",
                way_out="use the `next` of the page before, or none to begin at the beginning",
            )
        return cls(int(found[1]), int(found[2]))
