"""All assessments in one word."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from health.findings.assessment import Assessment, Status
from health.findings.finding import Finding, Severity
from health.findings.verdict import verdict_of, worst_first
from health_findings import a_finding, an_assessment, any_finding, few_assessments


def test_nothing_looked_at_is_unknown() -> None:
    """An installation that nobody looked at is not healthy."""
    assert verdict_of([], []).status is Status.UNKNOWN


def test_what_is_known_to_be_well_passes() -> None:
    """With everything assessed and nothing found, the verdict is pass."""
    assert verdict_of([an_assessment()], []).status is Status.PASS


def test_note_is_no_trouble() -> None:
    """What could be cheaper is told, and does not make anything ill."""
    note = a_finding(severity=Severity.NOTE)

    assert verdict_of([an_assessment(note)], [note]).status is Status.PASS


def test_open_finding_counts_though_nobody_looked_again() -> None:
    """A finding that was not confirmed this time still makes the verdict."""
    assert verdict_of([an_assessment()], [a_finding(severity=Severity.FAIL)]).status is Status.FAIL


@given(few_assessments())
def test_order_makes_no_difference(assessments: list[Assessment]) -> None:
    """The verdict of the same assessments in any order is the same."""
    findings = [f for a in assessments for f in a.findings]

    assert verdict_of(assessments, findings) == verdict_of(assessments[::-1], findings[::-1])


@given(few_assessments())
def test_unknown_is_never_healthy(assessments: list[Assessment]) -> None:
    """However many are well, one that could not tell keeps the verdict from pass."""
    unknown = an_assessment(rule="another", unknown_because="no data")

    assert verdict_of([*assessments, unknown], []).status is not Status.PASS


@given(few_assessments())
def test_losing_data_never_heals(assessments: list[Assessment]) -> None:
    """If every rule lost its data, the verdict would be unknown, and never pass."""
    blind = [replace(each, findings=(), unknown_because="no data") for each in assessments]

    assert verdict_of(blind, []).status is Status.UNKNOWN


@given(st.lists(any_finding, max_size=5))
def test_worst_come_first(findings: list[Finding]) -> None:
    """Severities never get worse down the list, whatever order they came in."""
    ordered = worst_first(findings)

    badness = [finding.severity.badness for finding in ordered]
    assert badness == sorted(badness, reverse=True)
