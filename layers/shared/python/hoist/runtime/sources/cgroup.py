"""The control group of this process: what a container is limited to.

Whether one carries Lambda's limit is documented nowhere, so it is only ever believed if it does.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source
from hoist.runtime.small_files import field_in, number_in, read_small_file

# Version 1 writes the largest whole number of pages where there is no limit.
_UNLIMITED_FROM = 1 << 60


@dataclass(frozen=True, slots=True)
class Layout:
    """How one version of control groups names its files."""

    controller: str
    """In version 1 each controller has a folder; in version 2 there is one for all."""
    used: str
    limit: str
    peak: str
    reclaimable: bytes


V1 = Layout(
    controller="memory",
    used="memory.usage_in_bytes",
    limit="memory.limit_in_bytes",
    peak="memory.max_usage_in_bytes",
    reclaimable=b"total_inactive_file",
)
V2 = Layout(
    controller="",
    used="memory.current",
    limit="memory.max",
    peak="memory.peak",
    reclaimable=b"inactive_file",
)


@dataclass(frozen=True, slots=True)
class Cgroup:
    """The memory of one group."""

    folder: str
    layout: Layout
    has_peak: bool
    """Kernels before 5.19 keep none in version 2."""

    @property
    def source(self) -> Source:
        return Source.CGROUP

    def measure(self) -> Iterator[Measurement]:
        limit = self._number(self.layout.limit)
        if limit is None or limit >= _UNLIMITED_FROM:
            # Then it may hold more than this function: whoever chooses says so and drops it.
            yield self._of(Quantity.MEMORY_LIMIT, math.inf, math.inf)
            return
        used, total = self._number(self.layout.used), float(limit)
        yield self._of(Quantity.MEMORY_LIMIT, total, total)
        if used is not None:
            # Pages of files go when memory is needed: nobody is killed for them.
            yield self._of(Quantity.MEMORY_USED, max(used - self._reclaimable(), 0), total)
        peak = self._number(self.layout.peak) if self.has_peak else None
        if peak is not None:
            # Including those pages, at the worst instant.
            yield self._of(Quantity.MEMORY_PEAK, peak, total, Confidence.ROUGH)

    def _of(
        self,
        quantity: Quantity,
        value: float,
        total: float,
        confidence: Confidence = Confidence.GOOD,
    ) -> Measurement:
        return Measurement(quantity, value, Source.CGROUP, confidence, out_of=total)

    def _number(self, file: str) -> int | None:
        return number_in(read_small_file(f"{self.folder}/{file}"))

    def _reclaimable(self) -> int:
        return field_in(read_small_file(f"{self.folder}/memory.stat"), self.layout.reclaimable) or 0


def find_cgroup(root: Path, membership: str) -> Cgroup | None:
    """The group that the text of /proc/self/cgroup names; None where there is none to be read."""
    for layout, path in _named_groups(membership):
        mount = root / layout.controller
        # A container sees its own group as the root, whatever the path says.
        for folder in (mount / path.lstrip("/"), mount):
            if (folder / layout.used).is_file() and (folder / layout.limit).is_file():
                return Cgroup(str(folder), layout, (folder / layout.peak).is_file())
    return None


def _named_groups(membership: str) -> Sequence[tuple[Layout, str]]:
    """Version 1 first: where both are mounted, the controller of memory is there."""
    found: list[tuple[Layout, str]] = []
    for line in membership.splitlines():
        number, _, rest = line.partition(":")
        controllers, colon, path = rest.partition(":")
        if not colon:
            continue
        if "memory" in controllers.split(","):
            found.insert(0, (V1, path))
        elif number == "0" and not controllers:
            found.append((V2, path))
    return found
