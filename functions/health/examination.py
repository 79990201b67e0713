"""One look at an installation: the checks, the metrics when it is their time, and the book.

each minute           the checks; they cost next to nothing
every five minutes    the metrics too, since they are paid for one by one; and at once when the
                      checks are worse than at the last look, to tell what comes of it
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from health.checking.outcome import Outcome
from health.checking.runner import CheckRunner
from health.dependencies.check import DependencyCheck, assessments_of
from health.findings.assessment import Assessment, Status, is_unknown, worst
from health.findings.book import Book, Revision, revise
from health.findings.book_store import BookStore, write_down
from health.findings.finding import Subject
from health.findings.verdict import verdict_of
from health.report.price import MonthlyPrice
from health.report.report import Report
from hoist.clock import Clock
from hoist.errors import HoistError

METRICS_EVERY = timedelta(minutes=5)
# The schedule's minutes are not to the second.
_EARLY = timedelta(seconds=15)
BOOK_RULE = "findings.book"


class Depth(Enum):
    """How much is looked at."""

    CHECKS = auto()
    """No metrics, and nothing is written down: may work be sent here?"""
    MINUTE = auto()
    FULL = auto()


# How old the metrics may be. Whoever asks again within a minute is told the same: they are paid
# for, and no newer.
_OLDEST = {Depth.MINUTE: METRICS_EVERY - _EARLY, Depth.FULL: timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class _MetricsRead:
    at: datetime
    assessments: tuple[Assessment, ...]


class Examination:
    """Looks at one installation, and remembers what its last look was. One look at a time."""

    def __init__(
        self,
        installation: Subject,
        *,
        checks: Sequence[DependencyCheck],
        metrics: DependencyCheck,
        runner: CheckRunner,
        store: BookStore,
        price: Callable[[float], MonthlyPrice],
        clock: Clock,
    ) -> None:
        """`price` tells what health costs when a look takes so many seconds."""
        self._installation = installation
        self._checks = tuple(checks)
        self._metrics = metrics
        self._runner = runner
        self._store = store
        self._price = price
        self._clock = clock
        self._metrics_read: _MetricsRead | None = None
        self._last_status = Status.FAIL

    def examine(self, depth: Depth, *, budget_seconds: float) -> Report:
        """A report, whatever becomes of the looks and of the book."""
        began = self._clock.monotonic()
        deadline = began + budget_seconds
        if depth is Depth.CHECKS:
            assessments = assessments_of(self._checks, self._run(self._checks, deadline))
            revision = revise(Book(), assessments, now=self._clock.now())
            return self._report(assessments, revision, began)
        assessments = [*self._look(depth, deadline)]
        revision, notes = self._written_down(assessments)
        if notes:
            assessments.append(is_unknown(BOOK_RULE, self._installation, notes[0]))
        return self._report(assessments, revision, began, read=self._metrics_read, notes=notes)

    def _look(self, depth: Depth, deadline: float) -> Sequence[Assessment]:
        is_due = self._are_metrics_due(_OLDEST[depth])
        asked = (*self._checks, self._metrics) if is_due else self._checks
        outcomes = self._run(asked, deadline)
        checked = assessments_of(self._checks, outcomes[: len(self._checks)])
        if not is_due and self._is_worse(checked):
            outcomes, is_due = self._run((self._metrics,), deadline), True
        if is_due:
            read = tuple(assessments_of((self._metrics,), outcomes[-1:]))
            self._metrics_read = _MetricsRead(self._clock.now(), read)
        self._last_status = worst(assessment.status for assessment in checked)
        return [*checked, *(self._metrics_read.assessments if self._metrics_read else ())]

    def _run(
        self, checks: Sequence[DependencyCheck], deadline: float
    ) -> Sequence[Outcome[Sequence[Assessment]]]:
        budget = max(0.0, deadline - self._clock.monotonic())
        return self._runner.run(checks, budget_seconds=budget)

    def _are_metrics_due(self, oldest: timedelta) -> bool:
        read = self._metrics_read
        return read is None or self._clock.now() - read.at >= oldest

    def _is_worse(self, checked: Sequence[Assessment]) -> bool:
        status = worst(assessment.status for assessment in checked)
        return status.badness > self._last_status.badness

    def _written_down(self, assessments: Sequence[Assessment]) -> tuple[Revision, tuple[str, ...]]:
        """The revised book; without one, a revision that knows no past, and why."""
        now = self._clock.now()
        try:
            return write_down(self._store, assessments, now=now), ()
        except HoistError as fault:
            note = f"how old findings are is not known: {fault.message}; {fault.way_out}"
            return revise(Book(), assessments, now=now), (note,)

    def _report(
        self,
        assessments: Sequence[Assessment],
        revision: Revision,
        began: float,
        *,
        read: _MetricsRead | None = None,
        notes: tuple[str, ...] = (),
    ) -> Report:
        return Report(
            installation=self._installation.name,
            at=self._clock.now(),
            verdict=verdict_of(assessments, revision.findings),
            assessments=tuple(assessments),
            findings=revision.findings,
            opened=revision.opened,
            resolved=revision.resolved,
            lately_resolved=revision.book.resolutions,
            metrics_read_at=read.at if read else None,
            price=self._price(self._clock.monotonic() - began),
            notes=notes,
        )
