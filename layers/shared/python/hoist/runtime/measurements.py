"""One number about the environment, with where it comes from and how far it can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol


class Quantity(StrEnum):
    """What is measured; the unit is the last word of its name."""

    MEMORY_USED = "memory_used_bytes"
    MEMORY_PEAK = "memory_peak_bytes"
    """The most since the process started: it outlives invocations."""
    MEMORY_LIMIT = "memory_limit_bytes"
    CPU_USED = "cpu_used_vcpus"
    """Processor seconds per second of the invocation; of children, once they have ended."""
    CPU_ENTITLEMENT = "cpu_entitlement_vcpus"
    TMP_USED = "tmp_used_bytes"
    TMP_SIZE = "tmp_size_bytes"
    DESCRIPTORS = "descriptors_count"
    DESCRIPTOR_LIMIT = "descriptor_limit_count"
    THREADS = "threads_count"
    THREAD_LIMIT = "thread_limit_count"
    TIME_LEFT = "time_left_milliseconds"


class Source(StrEnum):
    """Who told the number."""

    PLATFORM = "platform"
    """Lambda itself: the environment, the context, documented limits."""
    CGROUP = "cgroup"
    PSUTIL = "psutil"
    PROC = "/proc"
    SYSTEM_CALL = "system call"


class Confidence(IntEnum):
    """How far to trust it; of two numbers for one quantity the more trusted is taken."""

    ROUGH = 1
    """Known to be off: shared pages counted twice, a disk shared with others."""
    GOOD = 2
    """Counted by the kernel, but not by what the platform kills for."""
    EXACT = 3
    """What the platform itself goes by, or the very thing counted."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number of one source."""

    quantity: Quantity
    value: float
    source: Source
    confidence: Confidence
    out_of: float | None = None
    """The total that the source itself gives, which shows whose number it really is."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a source said, or could not say, and why it was not taken."""

    source: Source
    reason: str
    quantity: Quantity | None = None
    """None when the source could not be read at all."""

    def __str__(self) -> str:
        what = f"{self.source} {self.quantity}" if self.quantity else str(self.source)
        return f"{what}: {self.reason}"


class MeasurementSource(Protocol):
    """Something that can be read again and again."""

    @property
    def source(self) -> Source:
        """Whose numbers these are."""
        ...

    def measure(self) -> Iterable[Measurement]:
        """Its numbers, now; raises OSError when it cannot be read."""
        ...
