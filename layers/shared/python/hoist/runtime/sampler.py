"""Takes samples. Built once per environment, then cheap: it keeps nothing of what it measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from hoist.clock import Clock
from hoist.runtime.choice import Known, choose
from hoist.runtime.measurements import (
    Confidence,
    Dropped,
    Measurement,
    MeasurementSource,
    Quantity,
    Source,
)
from hoist.runtime.platform import Initialization, Platform
from hoist.runtime.processor import ProcessorTime
from hoist.runtime.sample import RuntimeSample

# A kernel may count in steps of milliseconds: over less than this, its count says nothing.
SHORTEST_CPU_SECONDS = 0.005
# Made before anybody asked: the caller does not wait for these.
_MADE_AHEAD = frozenset({Initialization.PROVISIONED_CONCURRENCY})


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where an invocation started, on the clocks that only differences of mean anything."""

    wall_seconds: float
    cpu_seconds: float
    is_first: bool


class Sampler:
    """Reads all sources and chooses; one that cannot be read is named, and hides no other."""

    def __init__(
        self,
        platform: Platform,
        sources: Sequence[MeasurementSource],
        *,
        processor: ProcessorTime,
        machine_memory_bytes: float | None,
        clock: Clock,
    ) -> None:
        self._platform = platform
        self._limits = platform.limits()
        self._sources = sources
        self._processor = processor
        self._clock = clock
        self._has_begun = False
        limit = next(
            (at.value for at in self._limits if at.quantity is Quantity.MEMORY_LIMIT), None
        )
        self._known = Known(memory_limit_bytes=limit, machine_memory_bytes=machine_memory_bytes)

    def begin(self) -> Beginning:
        """Mark the start of an invocation; the first of an environment is its cold start."""
        is_first, self._has_begun = not self._has_begun, True
        return Beginning(self._clock.monotonic(), self._processor.seconds(), is_first)

    def take(
        self, *, since: Beginning | None = None, time_left_ms: float | None = None
    ) -> RuntimeSample:
        """The environment now. Without `since`, nothing can be said about the processor."""
        found = list(self._limits)
        unreadable = self._read_sources(found)
        if since is not None:
            found += self._cpu_used(since)
        if time_left_ms is not None:
            found.append(_exact(Quantity.TIME_LEFT, time_left_ms, Source.PLATFORM))
        choice = choose(found, self._known)
        return RuntimeSample(
            taken_at=self._clock.now(),
            is_cold_start=self._is_cold(since),
            initialization=self._platform.initialization,
            measurements=choice.taken,
            dropped=(*self._platform.dropped, *unreadable, *choice.dropped),
        )

    def _read_sources(self, found: list[Measurement]) -> list[Dropped]:
        unreadable = []
        for source in self._sources:
            try:
                found += source.measure()
            except OSError as error:
                why = error.strerror or str(error) or type(error).__name__
                unreadable.append(Dropped(source.source, f"it cannot be read ({why})"))
        return unreadable

    def _cpu_used(self, since: Beginning) -> list[Measurement]:
        seconds = self._clock.monotonic() - since.wall_seconds
        if seconds < SHORTEST_CPU_SECONDS:
            return []
        used = (self._processor.seconds() - since.cpu_seconds) / seconds
        return [_exact(Quantity.CPU_USED, used, Source.SYSTEM_CALL)]

    def _is_cold(self, since: Beginning | None) -> bool:
        is_first = since is not None and since.is_first
        return is_first and self._platform.initialization not in _MADE_AHEAD


def _exact(quantity: Quantity, value: float, source: Source) -> Measurement:
    return Measurement(quantity, value, source, Confidence.EXACT)
