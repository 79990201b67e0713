"""One look: what is asked when, and what is told when something cannot be looked at."""

import pytest

from health.errors import BookChangedError, BookUnreadableError
from health.examination import Depth
from health.findings.assessment import Status
from health.findings.book import Book
from health.findings.book_store import StoredBook
from health.findings.finding import Severity
from health.findings.look import ResolvedBecause
from health_findings import NOON, a_finding, an_assessment
from health_looks import PLENTY_SECONDS, HealthRoom
from hoist.errors import HoistError


class BrokenBook:
    """A store that cannot be read."""

    def __init__(self, fault: HoistError) -> None:
        self._fault = fault

    def read(self) -> StoredBook:
        raise self._fault

    def write(self, book: Book, *, expected_revision: int) -> None:
        raise self._fault


def test_well_installation_passes() -> None:
    """With every look well, the verdict is pass and there are no findings."""
    report = HealthRoom().examination().examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert report.verdict.status is Status.PASS
    assert (report.findings, report.notes, report.at) == ((), (), NOON)
    assert report.price.usd_month == 2.0


def test_metrics_are_read_every_five_minutes() -> None:
    """The schedule's looks read the metrics at once, and then each fifth minute."""
    room = HealthRoom()
    examination = room.examination()
    reads = []

    for _ in range(11):
        examination.examine(Depth.MINUTE, budget_seconds=PLENTY_SECONDS)
        reads.append(room.metrics.looks)
        room.clock.advance(60)

    assert reads == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]
    assert room.check.looks == 11


def test_metrics_are_told_in_between() -> None:
    """A look that reads no metrics tells those of the last reading, and when that was."""
    room = HealthRoom()
    room.metrics.says = [an_assessment(a_finding())]
    examination = room.examination()
    examination.examine(Depth.MINUTE, budget_seconds=PLENTY_SECONDS)
    room.clock.advance(60)

    report = examination.examine(Depth.MINUTE, budget_seconds=PLENTY_SECONDS)

    assert [finding.id for finding in report.findings] == ["lambda.throttles"]
    assert report.metrics_read_at == NOON
    assert report.opened == ()


def test_metrics_are_read_when_a_check_gets_worse() -> None:
    """A check that gets worse brings the metrics at once; one that stays bad does not."""
    room = HealthRoom()
    examination = room.examination()
    examination.examine(Depth.MINUTE, budget_seconds=PLENTY_SECONDS)
    room.check.says = [an_assessment(a_finding("check.setting"), rule="check.setting")]

    room.clock.advance(60)
    examination.examine(Depth.MINUTE, budget_seconds=PLENTY_SECONDS)
    room.clock.advance(60)
    examination.examine(Depth.MINUTE, budget_seconds=PLENTY_SECONDS)

    assert room.metrics.looks == 2


def test_who_asks_is_told_at_most_a_minute_old_metrics() -> None:
    """On demand the metrics are read again, but not twice within a minute."""
    room = HealthRoom()
    examination = room.examination()

    for seconds in (0, 30, 30):
        room.clock.advance(seconds)
        examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert room.metrics.looks == 2


def test_checks_alone_read_and_write_nothing() -> None:
    """Readiness asks the checks, no metrics, and leaves the book as it was."""
    room = HealthRoom()
    room.check.says = [an_assessment(a_finding("check.setting"), rule="check.setting")]

    report = room.examination().examine(Depth.CHECKS, budget_seconds=PLENTY_SECONDS)

    assert report.verdict.status is Status.WARN
    assert room.metrics.looks == 0
    assert room.store.read().revision == 0


@pytest.mark.parametrize("which", ["check", "metrics"])
def test_failed_look_is_unknown_and_hides_nothing(which: str) -> None:
    """When one look fails, the verdict is not pass, and the other's finding is told."""
    room = HealthRoom()
    broken, other = (room.check, room.metrics) if which == "check" else (room.metrics, room.check)
    broken.fault = RuntimeError("no")
    other.says = [an_assessment(a_finding(severity=Severity.NOTE))]

    report = room.examination().examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert report.verdict.status is Status.UNKNOWN
    assert len(report.findings) == 1


@pytest.mark.parametrize(
    "fault", [BookUnreadableError("table runs", "no"), BookChangedError()], ids=str
)
def test_without_its_book_it_tells_what_it_sees(fault: HoistError) -> None:
    """When earlier findings cannot be read, the present ones are told, and that ages are not."""
    room = HealthRoom(store=BrokenBook(fault))
    room.metrics.says = [an_assessment(a_finding(severity=Severity.FAIL))]

    report = room.examination().examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert report.verdict.status is Status.FAIL
    assert report.verdict.unknown == 1
    assert fault.message in report.notes[0]


def test_resolved_findings_are_told_once_and_then_for_a_day() -> None:
    """What is resolved is an event of one look, and history for a day."""
    room = HealthRoom()
    room.metrics.says = [an_assessment(a_finding())]
    examination = room.examination()
    examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)
    room.metrics.says = [an_assessment()]

    room.clock.advance(60)
    second = examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)
    room.clock.advance(60)
    third = examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert len(second.resolved) == 1
    assert third.resolved == ()
    assert third.lately_resolved == second.resolved


def test_thing_that_is_gone_resolves_its_finding() -> None:
    """What a check that came to its end does not tell of any more is resolved at once."""
    room = HealthRoom()
    room.check.says = [an_assessment(a_finding("check.setting"), rule="check.setting")]
    examination = room.examination()
    examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)
    room.check.says = []

    report = examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert [each.because for each in report.resolved] == [ResolvedBecause.GONE]
    assert report.verdict.status is Status.PASS


def test_check_that_fails_resolves_nothing() -> None:
    """What it found stays open, and the verdict as bad, however little it can tell now."""
    room = HealthRoom()
    failing = a_finding("check.setting", severity=Severity.FAIL)
    room.check.says = [an_assessment(failing, rule="check.setting")]
    examination = room.examination()
    examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)
    room.check.fault = RuntimeError("no")

    report = examination.examine(Depth.FULL, budget_seconds=PLENTY_SECONDS)

    assert report.resolved == ()
    assert report.verdict.status is Status.FAIL
