"""Patterns of stacks: `project/stack`, in which `*` stands for any characters of its part.

No regular expressions: what a pattern matches is to be seen at a glance, and found in linear time.
"""

import re
from dataclasses import dataclass
from typing import Protocol, Self

from hoist.access.errors import StackPatternError

# The characters and the limit are those of Pulumi's names of projects and stacks.
_PART = re.compile(r"[A-Za-z0-9_.*-]{1,100}")
ANYTHING = "*"


class NamedStack(Protocol):
    """A stack by its two names."""

    @property
    def project(self) -> str: ...

    @property
    def stack(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StackPattern:
    """Two patterns, one for each part of a stack's name."""

    project: str = ANYTHING
    stack: str = ANYTHING

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises StackPatternError."""
        project, _, stack = text.partition("/")
        for part in (project, stack):
            if not _PART.fullmatch(part) or "**" in part:
                raise StackPatternError(text)
        return cls(project, stack)

    def __str__(self) -> str:
        return f"{self.project}/{self.stack}"

    @property
    def is_everything(self) -> bool:
        return (self.project, self.stack) == (ANYTHING, ANYTHING)

    def matches(self, name: NamedStack) -> bool:
        """Whether the stack is one of these."""
        return _matches(self.project, name.project) and _matches(self.stack, name.stack)

    def overlaps(self, other: Self) -> bool:
        """Whether a stack may be named so that both match."""
        return _overlap(self.project, other.project) and _overlap(self.stack, other.stack)


def _matches(pattern: str, name: str) -> bool:
    first, *rest = pattern.split(ANYTHING)
    if not rest:
        return pattern == name
    *middle, last = rest
    at, end = len(first), len(name) - len(last)
    if at > end or not name.startswith(first) or not name.endswith(last):
        return False
    for piece in middle:
        # The first place leaves the most room for the pieces behind it.
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _overlap(one: str, other: str) -> bool:
    """Of all beginnings of `one`, row by row, with which beginnings of `other` they agree."""
    row = [True] + [False] * len(other)
    for column, letter in enumerate(other):
        row[column + 1] = row[column] and letter == ANYTHING
    for mine in one:
        above, row = row, [row[0] and mine == ANYTHING]
        for column, theirs in enumerate(other):
            if ANYTHING in (mine, theirs):
                row.append(row[column] or above[column + 1])
            else:
                row.append(mine == theirs and above[column])
    return row[-1]
