"""Findings: what makes one the same as another."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from health.findings.finding import Finding, Severity, Subject, SubjectKind
from health_findings import NOON, a_finding, any_finding, any_subject


@given(any_finding, any_finding)
def test_fingerprint_follows_the_trouble_alone(one: Finding, other: Finding) -> None:
    """Whatever else differs, a finding of the same kind about the same thing is the same one."""
    moved = replace(other, id=one.id, subject=one.subject)

    assert moved.fingerprint == one.fingerprint


@given(st.text(), st.text(), any_subject, any_subject)
def test_fingerprints_differ_with_kind_or_thing(
    one: str, other: str, subject: Subject, other_subject: Subject
) -> None:
    """Two findings share a fingerprint only if they share kind and thing."""
    first = a_finding(one, subject=subject)
    second = a_finding(other, subject=other_subject)

    is_same = (one, subject) == (other, other_subject)
    assert (first.fingerprint == second.fingerprint) == is_same


def test_fingerprint_is_stable() -> None:
    """A fingerprint that is written somewhere is found again by a later version."""
    finding = a_finding("lambda.errors", severity=Severity.FAIL, first_seen=NOON)

    assert finding.fingerprint == FINGERPRINT
    assert str(finding.subject) == "function hoist-dev-worker"
    assert finding.subject.kind is SubjectKind.FUNCTION


FINGERPRINT = "6412a30076bde67b"
