"""Samplers for tests: sources that say what they are told, and a processor that stands still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hoist.clock import Clock, FixedClock
from hoist.runtime.measurements import (
    Confidence,
    Measurement,
    MeasurementSource,
    Quantity,
    Source,
)
from hoist.runtime.platform import Platform
from hoist.runtime.sampler import Sampler

NOON = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
MEBIBYTE = 1024 * 1024


def measured(
    quantity: Quantity,
    value: float,
    source: Source = Source.PSUTIL,
    confidence: Confidence = Confidence.GOOD,
    *,
    out_of: float | None = None,
) -> Measurement:
    return Measurement(quantity, value, source, confidence, out_of)


@dataclass(frozen=True)
class SayingSource:
    """Says the same each time."""

    said: tuple[Measurement, ...]
    source: Source = Source.PSUTIL

    def measure(self) -> Iterable[Measurement]:
        return self.said


@dataclass(frozen=True)
class BrokenSource:
    """Cannot be read."""

    error: Exception = field(default_factory=lambda: PermissionError(13, "Permission denied"))
    source: Source = Source.CGROUP

    def measure(self) -> Iterable[Measurement]:
        raise self.error


@dataclass
class SetProcessor:
    """Has used what the test says."""

    used_seconds: float = 0.0

    def seconds(self) -> float:
        return self.used_seconds


def lambda_environment(**changes: str) -> dict[str, str]:
    """The environment of a function of 512 MiB."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": "hoist-test-health",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        **changes,
    }


def sampler_with(
    *sources: MeasurementSource,
    environment: dict[str, str] | None = None,
    processor: SetProcessor | None = None,
    clock: Clock | None = None,
) -> Sampler:
    """A sampler of a function of 512 MiB on a machine of 8 GiB."""
    given: Sequence[MeasurementSource] = sources
    return Sampler(
        Platform.from_environment(lambda_environment() if environment is None else environment),
        given,
        processor=processor or SetProcessor(),
        machine_memory_bytes=8192.0 * MEBIBYTE,
        clock=clock or FixedClock(NOON),
    )
