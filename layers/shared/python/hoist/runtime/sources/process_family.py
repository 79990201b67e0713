"""This process and everything that it started, as psutil sees it: Linux and macOS alike."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import psutil

from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source

FindDescendants = Callable[[psutil.Process], Iterable[psutil.Process]]


class ProcessFamily:
    """Memory and threads of the whole family, descriptors of this process alone: their limit is
    one per process.
    """

    source = Source.PSUTIL

    def __init__(self, process: psutil.Process, *, find_descendants: FindDescendants) -> None:
        self._process = process
        self._find_descendants = find_descendants

    def measure(self) -> Iterator[Measurement]:
        try:
            memory, threads = self._process.memory_info().rss, self._process.num_threads()
            descriptors = self._process.num_fds()
            descendants = [_needs(child) for child in self._find_descendants(self._process)]
        except psutil.Error as error:
            raise OSError(type(error).__name__) from error
        # Pages that parent and child share are counted twice.
        trust = Confidence.ROUGH if descendants else Confidence.GOOD
        memory += sum(child_memory for child_memory, _ in descendants)
        threads += sum(child_threads for _, child_threads in descendants)
        yield Measurement(Quantity.MEMORY_USED, memory, self.source, trust)
        yield Measurement(Quantity.THREADS, threads, self.source, Confidence.EXACT)
        yield Measurement(Quantity.DESCRIPTORS, descriptors, self.source, Confidence.EXACT)


def _needs(process: psutil.Process) -> tuple[int, int]:
    """Memory and threads; nothing of a process that has ended meanwhile."""
    with suppress(psutil.Error):
        return process.memory_info().rss, process.num_threads()
    return 0, 0
