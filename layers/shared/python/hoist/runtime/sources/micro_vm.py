"""The memory of the virtual machine that Lambda runs a function in, extensions included.

Anywhere else the same file tells about the host; its total gives that away.
"""

from collections.abc import Iterator

from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source
from hoist.runtime.small_files import field_in, read_small_file

KIBIBYTE = 1024


class MicroVm:
    """What is neither free nor could be made free."""

    source = Source.PROC

    def __init__(self, meminfo: str = "/proc/meminfo") -> None:
        self._meminfo = meminfo

    def measure(self) -> Iterator[Measurement]:
        text = read_small_file(self._meminfo)
        total, available = field_in(text, b"MemTotal:"), field_in(text, b"MemAvailable:")
        if total is None or available is None:
            raise OSError("MemTotal or MemAvailable is missing")
        yield Measurement(
            Quantity.MEMORY_USED,
            (total - available) * KIBIBYTE,
            self.source,
            Confidence.GOOD,
            out_of=total * KIBIBYTE,
        )
