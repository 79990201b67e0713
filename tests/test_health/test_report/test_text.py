"""The report as a person reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from health.findings.assessment import Assessment
from health.findings.book import Resolution
from health.findings.finding import DataQuality, Finding, Severity, Subject, SubjectKind
from health.findings.look import ResolvedBecause
from health.findings.verdict import verdict_of, worst_first
from health.report.ages import age_text
from health.report.price import MonthlyPrice, PriceLine
from health.report.report import Report
from health.report.text import report_text
from health_findings import NOON, a_finding, an_assessment


def _text(*assessments: Assessment, findings: tuple[Finding, ...] = (), **more: object) -> str:
    report = Report(
        installation="hoist-dev",
        at=NOON,
        verdict=verdict_of(assessments, findings),
        assessments=assessments,
        findings=worst_first(findings),
    )
    return report_text(replace(report, **more))  # type: ignore[arg-type]


def test_finding_is_told_with_its_command() -> None:
    """The verdict comes first, then each finding with all that is needed to act."""
    finding = a_finding(first_seen=NOON - timedelta(hours=2))

    text = _text(an_assessment(finding), findings=(finding,))

    assert text == (
        """\
hoist-dev works, and should be looked at: 1 warning; 1 check.

WARN  hoist-dev-worker is throttled
      function hoist-dev-worker, for 2 h
  seen    Sum of Throttles is 0.2 share (threshold 0.1 share), 40 samples, """
        """2026-03-01 11:00 to 2026-03-01 12:00 UTC
  means   calls do not run
  likely  its reserved concurrency is used up (high confidence)
  do      twice as many calls may run
          aws lambda put-function-concurrency --function-name hoist-dev-worker
  keep    hoist:parallelRuns
  undo    aws lambda delete-function-concurrency
  cost    +$0.42 a month at list price
"""
    )


def test_worst_come_first() -> None:
    """Failures stand above warnings, warnings above notes."""
    findings = tuple(a_finding(f"rule.{s}", severity=s) for s in reversed(Severity))

    text = _text(*map(an_assessment, findings), findings=findings)

    starts = [line[:4] for line in text.splitlines() if line[:4] in {"FAIL", "WARN", "NOTE"}]
    assert starts == ["FAIL", "WARN", "NOTE"]
    assert text.startswith("hoist-dev fails: 1 failure, 1 warning; 3 checks.")


def test_unknown_is_told_apart_from_well() -> None:
    """What could not be told is said so in the first line, and grouped by thing and reason."""
    api = Subject(SubjectKind.FUNCTION, "api")
    text = _text(
        an_assessment(rule="lambda.errors", subject=api, unknown_because="it was not invoked"),
        an_assessment(rule="lambda.memory", subject=api, unknown_because="it was not invoked"),
        an_assessment(),
    )

    assert text.splitlines()[0] == (
        "hoist-dev may be well: not everything could be told; 2 of 3 checks could not tell."
    )
    assert "  function api: it was not invoked (lambda.errors, lambda.memory)" in text


def test_all_well_is_one_line() -> None:
    """When there is nothing to say, nothing else is said."""
    assert _text(an_assessment()) == "hoist-dev is well; 1 check.\n"
    assert (
        _text() == "hoist-dev may be well: not everything could be told; nothing was looked at.\n"
    )


def test_stale_findings_are_marked() -> None:
    """A finding that was not confirmed this time says so."""
    finding = replace(a_finding(), quality=DataQuality.STALE)

    assert "not confirmed this time" in _text(an_assessment(), findings=(finding,))


def test_resolved_and_price_come_last() -> None:
    """What was resolved lately is told, and what health itself costs."""
    resolution = Resolution(a_finding(), NOON - timedelta(minutes=5), ResolvedBecause.NOT_FOUND)

    text = _text(
        an_assessment(),
        lately_resolved=(resolution,),
        price=MonthlyPrice((PriceLine("24 metrics read", 2.07), PriceLine("the function", 0.06))),
    )

    assert "Resolved within a day\n  5 min ago  hoist-dev-worker is throttled" in text
    assert text.endswith(
        "Health itself costs about $2.13 a month: 24 metrics read $2.07; the function $0.06.\n"
    )


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=119), "1 h"),
        (timedelta(hours=49), "2 d"),
    ],
)
def test_ages_are_told_in_the_largest_unit(age: timedelta, said: str) -> None:
    """An age is rounded down to its largest unit."""
    assert age_text(age) == said
