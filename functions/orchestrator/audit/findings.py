"""What a verification finds, and what it says in the end."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """In which way a chain is not what was written."""

    FLIPPED = "flipped"
    """An entry's content is not what its hash, or its successor, says."""
    OMITTED = "omitted"
    """An entry is missing among others."""
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    """Entries at the end are missing that a signed head has seen."""
    ROLLED_BACK = "rolled_back"
    """The chain goes on from an earlier point than a signed head has seen."""
    FORKED = "forked"
    """Two entries, or two signed heads, claim one number."""
    FOREIGN = "foreign"
    """An entry or a head of another chain."""
    FORGED = "forged"
    """A head whose signature is none of its key."""
    UNTRUSTED = "untrusted"
    """A head signed by another key than the expected one."""
    FILE_DAMAGED = "file_damaged"
    """The export is not as it was written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    kind: FindingKind
    chain: str
    number: int
    """Of the entry; 0 if it is about the chain, or the file, as a whole."""
    message: str

    def __str__(self) -> str:
        place = f"entry {self.number} of chain {self.chain}" if self.number else self.chain
        return f"{self.kind}: {place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a verification."""

    chain: str
    entry_count: int
    anchored_to: int
    """The highest number of a genuine head that fits: what is behind it is chained only."""
    key_ids: tuple[str, ...]
    """Whose signatures it rests on."""
    unfinished: tuple[int, ...]
    """Entries that say `begun` and have no end."""
    findings: tuple[Finding, ...]

    @property
    def is_intact(self) -> bool:
        return not self.findings
