"""Reports for tests, and the answers of a server that tells them."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from health.findings.assessment import Assessment, Status
from health.findings.book import Book, revise
from health.findings.finding import Severity
from health.findings.verdict import verdict_of
from health.report.document import CONTENT_TYPE, report_document
from health.report.price import MonthlyPrice, PriceLine
from health.report.report import Report
from health_findings import NOON, a_finding, a_look, an_assessment, few_assessments
from scripted_server import Reply

ASSESSMENTS = {
    Status.PASS: an_assessment(),
    Status.WARN: an_assessment(a_finding()),
    Status.FAIL: an_assessment(a_finding(severity=Severity.FAIL)),
    Status.UNKNOWN: an_assessment(unknown_because="CloudWatch did not send it"),
}


def a_report(*assessments: Assessment, earlier: tuple[Assessment, ...] = ()) -> Report:
    """Of a look at noon, after one an hour earlier."""
    book = revise(Book(), [a_look(*earlier)], now=NOON - timedelta(hours=1)).book
    revision = revise(book, [a_look(*assessments)], now=NOON)
    return Report(
        installation="hoist-dev",
        at=NOON,
        verdict=verdict_of(assessments, revision.findings),
        assessments=assessments,
        findings=revision.findings,
        opened=revision.opened,
        resolved=revision.resolved,
        lately_resolved=revision.book.resolutions,
        metrics_read_at=NOON,
        price=MonthlyPrice((PriceLine("24 metrics read", 2.07), PriceLine("the function", 0.06))),
        notes=("how old findings are is not known",),
    )


@st.composite
def few_reports(draw: st.DrawFn) -> Report:
    """Reports of some rules and things, now and an hour ago."""
    return a_report(*draw(few_assessments()), earlier=tuple(draw(few_assessments())))


def told(report: Report) -> Reply:
    """A server's answer, as the door gives it."""
    is_bad = report.verdict.status is Status.FAIL
    return Reply(
        report_document(report),
        status=503 if is_bad else 200,
        headers={"content-type": CONTENT_TYPE},
    )


def told_of(status: Status, **reply: Any) -> Reply:
    """The answer of an installation of this status."""
    answer = told(a_report(ASSESSMENTS[status]))
    return Reply(answer.document, status=answer.status, headers=answer.headers, **reply)
