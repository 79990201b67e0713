"""All assessments in one word, and what that word rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from health.findings.assessment import Assessment, Status, status_of, worst
from health.findings.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the whole is. `unknown` counts assessments, the others count findings."""

    status: Status
    failing: int
    warning: int
    unknown: int
    assessed: int


def verdict_of(assessments: Sequence[Assessment], findings: Sequence[Finding]) -> Verdict:
    """The worst of all. With nothing assessed it is unknown: nobody looked.

    `findings` are the open ones, those included which could not be looked at this time.
    """
    statuses = [assessment.status for assessment in assessments] or [Status.UNKNOWN]
    statuses += [status_of(finding) for finding in findings]
    return Verdict(
        status=worst(statuses),
        failing=_count(findings, Severity.FAIL),
        warning=_count(findings, Severity.WARN),
        unknown=sum(bool(assessment.unknown_because) for assessment in assessments),
        assessed=len(assessments),
    )


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """By severity, then by name: the same findings always come in the same order."""
    return tuple(sorted(findings, key=lambda f: (-f.severity.badness, f.subject, f.id)))


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)
