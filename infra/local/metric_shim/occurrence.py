"""What happened at an instant, as data of metrics."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

Dimensions = tuple[tuple[str, str], ...]
"""Names and values, sorted by name: their order makes no other metric."""


@dataclass(frozen=True, slots=True, order=True)
class MetricId:
    """A metric as CloudWatch tells it from others."""

    namespace: str
    name: str
    dimensions: Dimensions


@dataclass(frozen=True, slots=True)
class Datum:
    """Values of one metric; never none."""

    metric: MetricId
    values: tuple[float, ...]
    unit: str


class SignKind(Enum):
    """Which samples of a metric show an occurrence."""

    SAMPLES = "samples"
    ONES = "ones"
    """Of a metric that is 0 or 1 each time."""
    ZEROS = "zeros"


@dataclass(frozen=True, slots=True)
class Sign:
    """What is to be seen of an occurrence once it was counted."""

    metric: MetricId
    kind: SignKind


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing that happened, as data that are put together or not at all."""

    at: datetime
    data: tuple[Datum, ...]
    """The first one is the witness: its samples show that all were counted."""
    shown_by: tuple[SignKind, ...] = (SignKind.SAMPLES,)
    """The likeliest first."""
    shown_within_seconds: int = 0
    """How much later than `at` somebody else may have counted it."""

    @property
    def signs(self) -> tuple[Sign, ...]:
        """Any of them shows it."""
        return tuple(Sign(self.data[0].metric, kind) for kind in self.shown_by)

    @property
    def samples(self) -> int:
        """How many the witness has."""
        return len(self.data[0].values)

    @property
    def second(self) -> int:
        """Since the epoch."""
        return int(self.at.timestamp())
