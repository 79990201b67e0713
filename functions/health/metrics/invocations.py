"""What the REPORT lines of a function say together, and the seam to whoever reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from health.metrics.inventory import InstalledFunction
from health.metrics.report_line import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocations:
    """Reports of one function over a stretch of time. `lacks` is empty when all were read.

    `is_idle` says that CloudWatch, whom a witness speaks for, knows of no invocation in that time.
    """

    start: datetime
    end: datetime
    reports: tuple[Report, ...] = ()
    lacks: str = ""
    is_idle: bool = False

    @property
    def peak_mb(self) -> int:
        """0 without reports: ask for those first."""
        return max((report.peak_mb for report in self.reports), default=0)

    @property
    def billed_seconds(self) -> float:
        return sum(report.billed_ms for report in self.reports) / 1000

    @property
    def slowest_start_ms(self) -> float | None:
        """None when no cold start was among them."""
        starts = (report.init_ms for report in self.reports)
        return max((start for start in starts if start is not None), default=None)

    def with_memory(self, memory_mb: int) -> "Invocations":
        """Those that ran with this much memory: what ran before a change tells nothing of now."""
        return replace(self, reports=tuple(r for r in self.reports if r.memory_mb == memory_mb))


class InvocationReader(Protocol):
    """Reads REPORT lines."""

    def read(
        self, functions: Sequence[InstalledFunction], *, start: datetime, end: datetime
    ) -> Mapping[str, Invocations]:
        """Those of each function. Does not raise for what it cannot read: they lack it."""
        ...
