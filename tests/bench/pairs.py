"""Interleaved pairs, and what they allow to say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from hoist.clock import Clock

Action = Callable[[], None]
Figure = Callable[[], float]

# With seven pairs, the lowest and highest ratio enclose the median in 98.4 % of all runs.
MIN_PAIRS = 7


@dataclass(frozen=True, slots=True)
class Contender:
    """One side: `prepare` is not timed, `act` is."""

    act: Action
    prepare: Action = lambda: None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the ratio must reach: at least a speed-up, or at most a share of the other's figure."""

    bound: float
    is_speed_up: bool

    def __str__(self) -> str:
        return f"≥ {self.bound:g}x less" if self.is_speed_up else f"≤ {self.bound:g}x of it"

    def ratio(self, ours: float, theirs: float) -> float:
        return theirs / ours if self.is_speed_up else ours / theirs

    def is_reached(self, low: float, high: float) -> bool:
        """Only if the whole interval clears the bound."""
        return low >= self.bound if self.is_speed_up else high <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ours` and `theirs` are medians, in `unit`."""

    name: str
    ours: float
    theirs: float
    ratio: float
    low: float
    high: float
    unit: str
    goal: str
    reached: bool | None
    """None where there is no goal."""

    def as_document(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.__slots__}


def compare(
    name: str,
    *,
    ours: Contender,
    theirs: Contender,
    goal: Goal | None,
    clock: Clock,
    pairs: int = MIN_PAIRS,
) -> Row:
    """Time both sides in turn, ours first in every other pair; a first pair is not counted."""
    return compare_figures(
        name,
        ours=lambda: _seconds(ours, clock),
        theirs=lambda: _seconds(theirs, clock),
        goal=goal,
        pairs=pairs,
    )


def compare_figures(
    name: str,
    *,
    ours: Figure,
    theirs: Figure,
    goal: Goal | None,
    unit: str = "s",
    pairs: int = MIN_PAIRS,
) -> Row:
    """The same with figures that the sides tell of themselves."""
    _pair(ours, theirs)
    told = []
    for number in range(pairs):
        if number % 2:
            their_figure, our_figure = _pair(theirs, ours)
        else:
            our_figure, their_figure = _pair(ours, theirs)
        told.append((our_figure, their_figure))
    return _row(name, told, goal, unit=unit)


def _pair(first: Figure, second: Figure) -> tuple[float, float]:
    return first(), second()


def _seconds(contender: Contender, clock: Clock) -> float:
    contender.prepare()
    started_at = clock.monotonic()
    contender.act()
    return clock.monotonic() - started_at


def _row(name: str, told: Sequence[tuple[float, float]], goal: Goal | None, *, unit: str) -> Row:
    measured = goal or Goal(1, is_speed_up=False)
    ratios = sorted(measured.ratio(ours, theirs) for ours, theirs in told)
    low, high = _interval(ratios)
    return Row(
        name=name,
        ours=round(median(ours for ours, _ in told), 4),
        theirs=round(median(theirs for _, theirs in told), 4),
        ratio=round(median(ratios), 3),
        low=round(low, 3),
        high=round(high, 3),
        unit=unit,
        goal=str(goal or "none"),
        reached=goal.is_reached(low, high) if goal else None,
    )


def _interval(ratios: Sequence[float]) -> tuple[float, float]:
    """A distribution-free interval for the median, of at least 95 %: order statistics.

    With n pairs, the k-th lowest and highest enclose it with 1 - 2 * P(Binomial(n, 1/2) < k).
    """
    count = len(ratios)
    drop, outside, term = 0, 0.0, 0.5**count
    while 2 * (outside + term) <= 0.05:
        outside += term
        drop += 1
        term = term * (count - drop + 1) / drop
    index = max(drop - 1, 0)
    return ratios[index], ratios[count - 1 - index]
