"""The processor time of this process, and of its children that have ended."""

import resource
from typing import Protocol


class ProcessorTime(Protocol):
    """A counter that only goes up."""

    def seconds(self) -> float:
        """Processor seconds so far, in user and in kernel."""
        ...


class OwnProcessorTime:
    """As the kernel counts it, in microseconds: `os.times` only has hundredths of a second."""

    def seconds(self) -> float:
        return sum(
            usage.ru_utime + usage.ru_stime
            for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )
