"""The points of a query. A series says itself whether it is whole, so that no rule can forget to
ask: what it lacks is `lacks`, and no points at all is not the same as zero.

AWS is silent about what nobody uses, and just as silent when its metrics are late or lost. What
tells the two apart is a witness: a series that is known never to be silent, read in the same look.
While it is heard, a whole series without points means that nothing happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from health.metrics.query import MetricQuery
from health.metrics.windows import Window

# A witness that was last heard longer before the end of a window tells nothing of that end.
HEARD_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One period's value. `at` is the start of the period."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order of time, each instant once. `lacks` is empty when nothing is missing."""

    points: tuple[Point, ...] = ()
    lacks: str = ""
    is_witnessed: bool = False
    """Whether points that are not there did not happen."""

    @classmethod
    def of(cls, points: Iterable[Point], *, lacks: str = "") -> "Series":
        """A series of points in any order; a point that came twice counts once."""
        by_time = {point.at: point for point in sorted(points)}
        return cls(tuple(by_time.values()), lacks)

    @property
    def is_empty(self) -> bool:
        return not self.points

    @property
    def is_silent(self) -> bool:
        """Whether it is known that there was nothing to tell, or nothing but zeros."""
        return self.is_witnessed and not self.lacks and not any(p.value for p in self.points)

    @property
    def total(self) -> float:
        """0 for an empty series: ask `is_empty` first."""
        return sum(point.value for point in self.points)

    @property
    def maximum(self) -> float | None:
        return max((point.value for point in self.points), default=None)

    def within(self, window: Window) -> "Series":
        return replace(self, points=tuple(p for p in self.points if window.covers(p.at)))


class Readings:
    """What a reader brought back. Without a witness, no silence in it means anything."""

    def __init__(
        self, series: Mapping[MetricQuery, Series], *, witness: MetricQuery | None = None
    ) -> None:
        self._series = series
        self._witness = witness

    def witnessed_by(self, witness: MetricQuery) -> "Readings":
        """The same, with one of its series for a witness."""
        return Readings(self._series, witness=witness)

    def of(self, query: MetricQuery) -> Series:
        """The series; one that was not read lacks everything."""
        series = self._series.get(query, Series(lacks="it was not read"))
        return replace(series, is_witnessed=self._is_heard_at(query.window))

    def _is_heard_at(self, window: Window) -> bool:
        """Whether the witness tells of the end of this window, and has no gaps in what was read."""
        heard = self._series.get(self._witness) if self._witness else None
        if heard is None or heard.lacks:
            return False
        end = window.last(min(HEARD_WITHIN, window.length))
        return not heard.within(end).is_empty
