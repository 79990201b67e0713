"""Where signed heads are kept, for as long as nobody may change or delete them."""

from collections.abc import Iterator
from typing import Protocol

from orchestrator.audit.entries import MAX_NUMBER
from orchestrator.audit.heads import Head, SignedHead

HEADS_FOLDER = "audit/heads/"


class AnchoredHeads(Protocol):
    """Heads, for who reads them."""

    def newest_first(self, chain: str, *, below: int = 0) -> Iterator[SignedHead]:
        """The chain's heads of numbers below `below`, highest first, read as they are asked for.

        0 means all of them. Raises AuditDamagedError for one that cannot be read.
        """
        ...


class Anchors(Protocol):
    """Heads, each kept once. Two of one number and different hashes are both kept: it is a fork."""

    def keep(self, signed: SignedHead) -> None:
        """Keep the head; does nothing if this number is kept with this hash."""
        ...


def chain_prefix(chain: str) -> str:
    return f"{HEADS_FOLDER}{chain}/"


def anchor_key(head: Head) -> str:
    """A key that sorts before those of all lower numbers: S3 lists in ascending order only."""
    return f"{chain_prefix(head.chain)}{_countdown(head.number)}-{head.number}-{head.hash}.json"


def key_before(chain: str, below: int) -> str:
    """A key after all those of `below` and higher numbers, and before the others."""
    return f"{chain_prefix(chain)}{_countdown(below)}~" if below else ""


def _countdown(number: int) -> str:
    return f"{MAX_NUMBER - number:012}"
