"""What one system call answers: room in /tmp, and how many descriptors a process may have."""

import os
import resource
from collections.abc import Iterator

from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source


class Tmp:
    """The file system of /tmp. On Lambda it is the function's own; elsewhere others may use it."""

    source = Source.SYSTEM_CALL

    def __init__(self, folder: str, *, is_own: bool) -> None:
        self._folder = folder
        self._trust = Confidence.EXACT if is_own else Confidence.ROUGH

    def measure(self) -> Iterator[Measurement]:
        found = os.statvfs(self._folder)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        # What only root may fill is no room for us.
        size = used + found.f_bavail * found.f_frsize
        yield Measurement(Quantity.TMP_USED, used, self.source, self._trust)
        yield Measurement(Quantity.TMP_SIZE, size, self.source, self._trust)


class DescriptorLimit:
    """The limit that open() would meet. It differs between runtimes: never a constant."""

    source = Source.SYSTEM_CALL

    def measure(self) -> Iterator[Measurement]:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit != resource.RLIM_INFINITY:
            yield Measurement(Quantity.DESCRIPTOR_LIMIT, limit, self.source, Confidence.EXACT)
