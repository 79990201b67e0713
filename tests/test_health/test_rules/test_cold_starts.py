"""Cold starts against the time that Lambda gives them."""

from datetime import timedelta

import pytest

from health.findings.assessment import Status
from health.findings.finding import DataQuality
from health.metrics.invocations import Invocations
from health.metrics.report_line import Report
from health.rules.cold_starts import ColdStartRule
from health_command_check import complaints
from health_findings import NOON
from health_numbers import WORKER


def _found(*starts: float | None, lacks: str = "") -> Invocations:
    reports = tuple(Report(100, 100, WORKER.memory_mb, 90, start) for start in starts)
    return Invocations(start=NOON - timedelta(days=1), end=NOON, reports=reports, lacks=lacks)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (_found(None, 400.0), Status.PASS),
        (_found(None, 400.0, 7_999.0), Status.PASS),
        (_found(400.0, 8_000.0), Status.WARN),
        (_found(400.0, lacks="more lines"), Status.UNKNOWN),
        (_found(lacks="more lines"), Status.UNKNOWN),
    ],
)
def test_slowest_start_is_judged(found: Invocations, status: Status) -> None:
    """Eight of the ten seconds warn; lines that were not all read never say that all is well."""
    assessment = ColdStartRule().assess(WORKER, found)

    assert assessment.status is status


def test_function_that_did_not_start_is_idle() -> None:
    """Without a cold start nothing is wrong, and a slow one of earlier is not mended."""
    assert ColdStartRule().assess(WORKER, _found(None, None)).is_idle


def test_partial_lines_are_enough_to_warn() -> None:
    """A slow start is one even if others were not read, and its command is understood."""
    assessment = ColdStartRule().assess(WORKER, _found(9_000.0, lacks="more lines"))

    (finding,) = assessment.findings
    assert finding.quality is DataQuality.PARTIAL
    assert complaints(finding.action.command) == []
