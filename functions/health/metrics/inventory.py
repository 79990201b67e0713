"""What an installation consists of, as far as CloudWatch has numbers about it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Architecture(StrEnum):
    """Processors of Lambda; a second costs differently on each."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


class LogFormat(StrEnum):
    """How Lambda writes its own lines into a function's log."""

    TEXT = "Text"
    JSON = "JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledFunction:
    """A Lambda function and its limits."""

    name: str
    memory_mb: int
    timeout: timedelta
    architecture: Architecture
    log_format: LogFormat = LogFormat.TEXT
    reserved_concurrency: int | None = None
    """None: it shares the account's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledQueue:
    """A queue. The counts are of the moment when it was looked at."""

    name: str
    url: str
    arn: str
    visibility: timedelta
    messages: int
    """Waiting, in flight and delayed."""
    dead_letter_arn: str = ""
    """Where its messages go in the end; empty if nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What hands a queue's messages to a function."""

    uuid: str
    function: str
    source: str
    state: str
    """As Lambda says it: `Enabled`, `Disabled`, ..."""
    last_result: str
    """As Lambda says it: `OK`, `No records processed`, `PROBLEM: ...`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that was found. What could not be looked at is in `gaps`, in words."""

    functions: tuple[InstalledFunction, ...] = ()
    queues: tuple[InstalledQueue, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    concurrency_limit: int | None = None
    """The account's; None when it could not be asked for."""
    gaps: tuple[str, ...] = ()

    @property
    def dead_letter_queues(self) -> tuple[InstalledQueue, ...]:
        """The queues that other queues send to what they could not deliver."""
        targets = {queue.dead_letter_arn for queue in self.queues}
        return tuple(queue for queue in self.queues if queue.arn in targets)

    @property
    def working_queues(self) -> tuple[InstalledQueue, ...]:
        dead = self.dead_letter_queues
        return tuple(queue for queue in self.queues if queue not in dead)


class Stocktaker(Protocol):
    """Finds what belongs to an installation."""

    def take_stock(self) -> Inventory:
        """Does not raise for what it cannot look at: the inventory has a gap then."""
        ...
