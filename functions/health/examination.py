"""One look at an installation: the checks, the metrics when it is their time, and the book.

each minute           the checks of what everything stands on
every five minutes    the metrics too, since they are paid for one by one, and what changes by the
                      day; and at once when the checks are worse than at the last look, to tell what
                      comes of it
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from health.checking.runner import CheckRunner
from health.dependencies.check import DependencyCheck, assessments_in, looks_of
from health.findings.assessment import Status, is_unknown, worst
from health.findings.book import Book, Revision, revise
from health.findings.book_store import BookStore, write_down
from health.findings.finding import Subject
from health.findings.look import Look
from health.findings.verdict import verdict_of
from health.report.price import MonthlyPrice
from health.report.report import Report
from hoist.clock import Clock
from hoist.errors import HoistError

SELDOM = timedelta(minutes=5)
# The schedule's minutes are not to the second.
_EARLY = timedelta(seconds=15)
BOOK_RULE = "findings.book"


class Depth(Enum):
    """How much is looked at."""

    CHECKS = auto()
    """Those of each minute, and nothing is written down: may work be sent here?"""
    MINUTE = auto()
    FULL = auto()


# How old what is looked at seldom may be. Whoever asks again within a minute is told the same:
# metrics are paid for, and no newer.
_OLDEST = {Depth.MINUTE: SELDOM - _EARLY, Depth.FULL: timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class _SeldomLooks:
    at: datetime
    looks: tuple[Look, ...]


class Examination:
    """Looks at one installation, and remembers what its last look was. One look at a time."""

    def __init__(
        self,
        installation: Subject,
        *,
        checks: Sequence[DependencyCheck],
        seldom: Sequence[DependencyCheck],
        runner: CheckRunner,
        store: BookStore,
        price: Callable[[float], MonthlyPrice],
        clock: Clock,
    ) -> None:
        """`price` tells what health costs when a look takes so many seconds. `seldom` are the
        metrics and all else that is looked at every five minutes.
        """
        self._installation = installation
        self._checks = tuple(checks)
        self._seldom = tuple(seldom)
        self._runner = runner
        self._store = store
        self._price = price
        self._clock = clock
        self._last_seldom: _SeldomLooks | None = None
        self._last_status = Status.FAIL

    def examine(self, depth: Depth, *, budget_seconds: float) -> Report:
        """A report, whatever becomes of the looks and of the book."""
        began = self._clock.monotonic()
        deadline = began + budget_seconds
        if depth is Depth.CHECKS:
            looks = self._looks(self._checks, deadline)
            return self._report(looks, revise(Book(), looks, now=self._clock.now()), began)
        looks = self._look(depth, deadline)
        revision, notes = self._written_down(looks)
        return self._report(looks, revision, began, read=self._last_seldom, notes=notes)

    def _look(self, depth: Depth, deadline: float) -> Sequence[Look]:
        is_due = self._is_seldom_due(_OLDEST[depth])
        asked = (*self._checks, *self._seldom) if is_due else self._checks
        looks = self._looks(asked, deadline)
        checked, seldom = looks[: len(self._checks)], looks[len(self._checks) :]
        status = worst(each.status for each in assessments_in(checked))
        if not is_due and status.badness > self._last_status.badness:
            seldom, is_due = self._looks(self._seldom, deadline), True
        if is_due:
            self._last_seldom = _SeldomLooks(self._clock.now(), tuple(seldom))
        self._last_status = status
        return [*checked, *(self._last_seldom.looks if self._last_seldom else ())]

    def _looks(self, checks: Sequence[DependencyCheck], deadline: float) -> Sequence[Look]:
        budget = max(0.0, deadline - self._clock.monotonic())
        return looks_of(checks, self._runner.run(checks, budget_seconds=budget))

    def _is_seldom_due(self, oldest: timedelta) -> bool:
        last = self._last_seldom
        return last is None or self._clock.now() - last.at >= oldest

    def _written_down(self, looks: Sequence[Look]) -> tuple[Revision, tuple[str, ...]]:
        """The revised book; without one, a revision that knows no past, and why."""
        now = self._clock.now()
        try:
            return write_down(self._store, looks, now=now), ()
        except HoistError as fault:
            note = f"how old findings are is not known: {fault.message}; {fault.way_out}"
            return revise(Book(), looks, now=now), (note,)

    def _report(
        self,
        looks: Sequence[Look],
        revision: Revision,
        began: float,
        *,
        read: _SeldomLooks | None = None,
        notes: tuple[str, ...] = (),
    ) -> Report:
        lacking = [is_unknown(BOOK_RULE, self._installation, note) for note in notes]
        assessments = (*assessments_in(looks), *lacking)
        return Report(
            installation=self._installation.name,
            at=self._clock.now(),
            verdict=verdict_of(assessments, revision.findings),
            assessments=assessments,
            findings=revision.findings,
            opened=revision.opened,
            resolved=revision.resolved,
            lately_resolved=revision.book.resolutions,
            metrics_read_at=read.at if read else None,
            price=self._price(self._clock.monotonic() - began),
            notes=notes,
        )
