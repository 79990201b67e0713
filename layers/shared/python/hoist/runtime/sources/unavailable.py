"""What stands where a source should be that this machine does not have."""

from collections.abc import Iterable
from dataclasses import dataclass

from hoist.runtime.measurements import Measurement, Source


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Cannot be read, each time: so every sample says what it lacks and why."""

    source: Source
    reason: str

    def measure(self) -> Iterable[Measurement]:
        raise OSError(self.reason)
