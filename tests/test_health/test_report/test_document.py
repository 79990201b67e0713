"""The health+json document and the log's lines: valid, finite, and never better than the truth."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.findings.assessment import Assessment, Observed, Status
from health.findings.book import Book, revise
from health.findings.finding import Severity
from health.findings.verdict import verdict_of
from health.report.document import encode_document, report_document
from health.report.log_lines import METRIC_NAMES, log_lines
from health.report.price import MonthlyPrice, PriceLine
from health.report.report import Report
from health_findings import NOON, WORKER, a_finding, a_look, an_assessment, few_assessments


def _report(*assessments: Assessment, earlier: tuple[Assessment, ...] = ()) -> Report:
    before = revise(Book(), [a_look(*earlier)], now=NOON)
    revision = revise(before.book, [a_look(*assessments)], now=NOON)
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
        price=MonthlyPrice((PriceLine("metrics read", 2.07),)),
    )


def _document(report: Report) -> Any:
    return json.loads(encode_document(report_document(report)))


def test_document_has_what_the_format_asks_for() -> None:
    """A reader of the format finds its members, and findings beside them."""
    document = _document(_report(an_assessment(a_finding(severity=Severity.FAIL))))

    (check,) = document["checks"]["lambda.throttles"]
    (finding,) = document["findings"]
    assert (document["status"], document["verdict"]) == ("fail", "fail")
    assert (check["componentId"], check["componentType"]) == (WORKER.name, "function")
    assert check["status"] == "fail"
    assert finding["fingerprint"] == a_finding().fingerprint
    assert finding["first_seen"] == document["time"] == "2026-03-01T12:00:00Z"
    assert document["cost"]["estimate_usd_month"] == 2.07


def test_unknown_is_told_as_warn_and_insufficient() -> None:
    """Who knows only the format's words never takes unknown for well."""
    document = _document(_report(an_assessment(unknown_because="no data")))

    assert (document["status"], document["verdict"]) == ("warn", "unknown")
    assert document["dataQuality"] == "insufficient"
    assert document["checks"]["lambda.throttles"][0]["output"] == "no data"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_left_out(value: float) -> None:
    """A number that JSON does not have is not told."""
    assessment = Assessment(rule="r", subject=WORKER, observed=Observed(value, "ms"))

    document = _document(_report(assessment))

    assert "observedValue" not in document["checks"]["r"][0]


@given(few_assessments())
def test_status_is_never_better_than_any_check(assessments: list[Assessment]) -> None:
    """The document says pass only if every check in it passes and none is unknown."""
    document = _document(_report(*assessments))

    words = [check["status"] for checks in document["checks"].values() for check in checks]
    assert document["status"] != "pass" or set(words) == {"pass"}
    assert ("fail" in words) <= (document["status"] == "fail")
    has_unknown = any(assessment.unknown_because for assessment in assessments)
    assert (document["dataQuality"] == "insufficient") == (has_unknown or not assessments)


@given(few_assessments())
def test_order_makes_no_other_document(assessments: list[Assessment]) -> None:
    """The same assessments in another order make the same document."""
    assert _document(_report(*assessments)) == _document(_report(*assessments[::-1]))


@given(few_assessments(), few_assessments())
def test_log_tells_metrics_and_each_event_once(
    earlier: list[Assessment], assessments: list[Assessment]
) -> None:
    """One line has the three metrics and one dimension; each finding that came or went has one."""
    report = _report(*assessments, earlier=tuple(earlier))

    first, *events = [json.loads(line) for line in log_lines(report)]

    (directive,) = first["_aws"]["CloudWatchMetrics"]
    assert [metric["Name"] for metric in directive["Metrics"]] == list(METRIC_NAMES)
    assert directive["Dimensions"] == [["Installation"]]
    assert first["Installation"] == "hoist-dev"
    assert first["HealthUnknowns"] == report.verdict.unknown
    assert [event["event"] for event in events] == ["finding_opened"] * len(report.opened) + [
        "finding_resolved"
    ] * len(report.resolved)


@given(st.sampled_from(Status))
def test_badness_orders_statuses(status: Status) -> None:
    """Unknown is worse than pass and better than what is known to be bad."""
    order = [Status.PASS, Status.UNKNOWN, Status.WARN, Status.FAIL]

    assert status.badness == order.index(status)
