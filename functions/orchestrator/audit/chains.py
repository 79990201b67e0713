"""What the audit asks of a store: slots that are written once, and no way to empty one."""

import re
from collections.abc import Sequence
from typing import Protocol

from orchestrator.state.storage import LogRecord

INSTALLATION = "installation"
"""The chain of what belongs to no stack; a stack's chain has the stack's id for a name."""

_OF_STACK = re.compile(r"stk-[0-9a-f]{20}", re.ASCII)


def is_chain(name: str) -> bool:
    """Whether there may be a chain of this name."""
    return name == INSTALLATION or _OF_STACK.fullmatch(name) is not None


class Chains(Protocol):
    """The chains of an installation, as slots 1, 2, 3 ... of bytes; slot n holds entry n.

    What is read is what is there: whether a slot is missing, the verification says.
    """

    def append(self, chain: str, record: LogRecord) -> None:
        """Write the record into its slot, durably; raises SlotTakenError if it is taken."""
        ...

    def read(self, chain: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        """The records with a slot above `after_slot`, in order; 0 means all of them."""
        ...

    def last(self, chain: str) -> LogRecord | None:
        """The record with the highest slot; None for a chain that was never begun."""
        ...
