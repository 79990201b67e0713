"""Memory from REPORT lines: too little, too much, and what it would save."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.findings.assessment import Assessment, Status
from health.findings.finding import DataQuality, Severity
from health.metrics.invocations import Invocations
from health.metrics.report_line import Report
from health.rules.memory import MemoryRule, comfortable_mb
from health_findings import NOON
from health_numbers import WORKER


def _judged(*reports: Report, lacks: str = "") -> Assessment:
    found = Invocations(start=NOON - timedelta(days=1), end=NOON, reports=reports, lacks=lacks)
    return MemoryRule().assess(WORKER, found)


def _report(peak_mb: int, *, memory_mb: int = 2048, billed_ms: float = 60_000) -> Report:
    return Report(billed_ms, billed_ms, memory_mb, peak_mb)


@pytest.mark.parametrize(
    ("peak_mb", "status"),
    [(1000, Status.PASS), (1843, Status.PASS), (1844, Status.WARN), (2048, Status.FAIL)],
)
def test_peak_is_judged_against_the_limit(peak_mb: int, status: Status) -> None:
    """Nine tenths of the memory warn, and all but all of it fails."""
    assert _judged(_report(1), _report(peak_mb)).status is status


def test_more_memory_is_asked_for_with_its_price() -> None:
    """The command gives room again, and says what that costs at list price."""
    (finding,) = _judged(*[_report(1900)] * 60).findings

    assert finding.id == "lambda.memory.headroom"
    assert finding.action.command.endswith("--memory-size 2752")
    assert finding.action.rollback.endswith("--memory-size 2048")
    # 704 MB more for 60 minutes a day, for 30 days, at $0.0000133334 per GB-second.
    assert finding.action.cost_change_usd_month == pytest.approx(0.99)


def test_idle_memory_is_a_note_with_its_saving() -> None:
    """Memory that nothing is ever in is told as a note, which leaves the function well."""
    assessment = _judged(*[_report(300)] * 60)

    (finding,) = assessment.findings
    assert assessment.status is Status.PASS
    assert finding.severity is Severity.NOTE
    assert finding.action.command.endswith("--memory-size 448")
    assert finding.action.cost_change_usd_month == pytest.approx(-2.25)


@pytest.mark.parametrize(
    ("count", "billed_ms", "lacks"), [(49, 60_000, ""), (60, 100, ""), (60, 60_000, "more lines")]
)
def test_idle_memory_is_told_only_when_certain_and_worth_it(
    count: int, billed_ms: float, lacks: str
) -> None:
    """Too few invocations, too little money or lines left unread: nothing is told."""
    assert _judged(*[_report(300, billed_ms=billed_ms)] * count, lacks=lacks).findings == ()


def test_partial_lines_do_not_say_that_all_is_well() -> None:
    """Lines that were not all read can show too little memory, but never that there is enough."""
    assert _judged(_report(100), lacks="more lines").status is Status.UNKNOWN
    (finding,) = _judged(_report(2000), lacks="more lines").findings
    assert finding.quality is DataQuality.PARTIAL


def test_invocations_before_a_change_do_not_count() -> None:
    """What ran with other memory says nothing of the present one."""
    assert _judged(_report(500, memory_mb=512)).status is Status.UNKNOWN


@given(st.integers(1, 10_240))
def test_comfortable_size_can_be_bought_and_fits(peak_mb: int) -> None:
    """A suggested size is one that Lambda has, holds the peak, and leaves room if there is any."""
    size = comfortable_mb(peak_mb)

    assert 128 <= size <= 10_240
    assert size % 64 == 0
    assert size >= min(peak_mb / 0.7, 10_240) - 1e-6
