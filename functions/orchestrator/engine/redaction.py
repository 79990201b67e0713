"""Takes known secret values out of text, in every spelling in which a program may show them.

The engine hides what it knows to be secret; this is for what a program, a plugin or a library
prints by itself. Only whole values are found, not parts of one.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from hoist.secret import Secret
from orchestrator.engine.spellings import Spelling, spellings_of

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MARK = "[secret]"
# "1", "true", "prod" or a region would be found in every other line: a text with holes at each
# tells the value by where it is missing, and is of no use to anyone.
MINIMUM_SECRET_CHARACTERS = 6
# A mark and its neighbours make up another value only where that value holds a part of the mark.
MAXIMUM_PASSES = 4


class Redactor:
    """Replaces each known value by a mark; thread-safe, and shows no value itself.

    Works on one line at a time as well as on whole texts: of a value with several lines, each
    line that is long enough counts as a value too. Shorter values than the minimum are ignored.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._spellings = _all_spellings(secrets)
        self._longest = max((spelling.longest for spelling in self._spellings), default=0)
        # Nearly every line holds none of these, and looking for them one by one is several times
        # faster than an expression with many branches.
        self._certain_parts = tuple({spelling.certain_part for spelling in self._spellings})

    def __repr__(self) -> str:
        return "Redactor(**********)"

    def redact(self, text: str) -> str:
        """The text with the mark in place of every known value."""
        if not any(part in text for part in self._certain_parts):
            return text
        for _ in range(MAXIMUM_PASSES):
            redacted = self._pattern.sub(MARK, text)
            if redacted == text:
                break
            text = redacted
        return text

    def redact_beginning(self, text: str) -> str:
        """The same for the beginning of a longer text, without the end that may be half a value."""
        redacted = self.redact(text)
        return redacted[: max(0, len(redacted) - self._longest)]

    def redact_json(self, value: Json) -> Json:
        """The same structure with its strings redacted, keys and numbers that are secrets too."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, list):
            return [self.redact_json(item) for item in value]
        if isinstance(value, dict):
            return {self.redact(key): self.redact_json(item) for key, item in value.items()}
        if value is None or isinstance(value, bool):
            return value
        return MARK if self.redact(str(value)) == MARK else value

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when first needed, which in most runs is never: that takes milliseconds.

        The mark comes first, so that it is never looked into: a value may be "secret".
        """
        longest_first = sorted(self._spellings, key=lambda one: (-one.longest, one.pattern))
        return re.compile("|".join((re.escape(MARK), *(one.pattern for one in longest_first))))


def _all_spellings(secrets: Iterable[Secret]) -> set[Spelling]:
    return {
        spelling
        for secret in secrets
        for piece in _pieces(secret.reveal())
        for spelling in spellings_of(piece)
    }


def _pieces(value: str) -> Iterator[str]:
    """The value and its lines, without those that are too short to look for."""
    for piece in {value, *(line.strip() for line in value.splitlines())}:
        if len(piece) >= MINIMUM_SECRET_CHARACTERS:
            yield piece
