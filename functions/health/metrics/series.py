"""The points of a query. A series says itself whether it is whole, so that no rule can forget to
ask: what it lacks is `lacks`, and no points at all is not the same as zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from health.metrics.query import MetricQuery
from health.metrics.windows import Window


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

    @classmethod
    def of(cls, points: Iterable[Point], *, lacks: str = "") -> "Series":
        """A series of points in any order; a point that came twice counts once."""
        by_time = {point.at: point for point in sorted(points)}
        return cls(tuple(by_time.values()), lacks)

    @property
    def is_empty(self) -> bool:
        return not self.points

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
    """What a reader brought back."""

    def __init__(self, series: Mapping[MetricQuery, Series]) -> None:
        self._series = series

    def of(self, query: MetricQuery) -> Series:
        """The series; one that was not read lacks everything."""
        return self._series.get(query, Series(lacks="it was not read"))
