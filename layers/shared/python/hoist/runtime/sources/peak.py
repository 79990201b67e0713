"""The most memory that this process ever had."""

import resource
from collections.abc import Iterator

from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source
from hoist.runtime.small_files import field_in, read_small_file

KIBIBYTE = 1024


class ProcPeak:
    """As Linux keeps it for the process's present program."""

    source = Source.PROC

    def __init__(self, status: str = "/proc/self/status") -> None:
        self._status = status

    def measure(self) -> Iterator[Measurement]:
        peak = field_in(read_small_file(self._status), b"VmHWM:")
        if peak is None:
            raise OSError("VmHWM is missing")
        yield Measurement(Quantity.MEMORY_PEAK, peak * KIBIBYTE, self.source, Confidence.GOOD)


class UsagePeak:
    """As every Unix tells it. Rough: it may be that of whoever started us, from before the exec."""

    source = Source.SYSTEM_CALL

    def __init__(self, *, bytes_per_unit: int) -> None:
        self._bytes_per_unit = bytes_per_unit

    def measure(self) -> Iterator[Measurement]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * self._bytes_per_unit
        yield Measurement(Quantity.MEMORY_PEAK, peak, self.source, Confidence.ROUGH)
