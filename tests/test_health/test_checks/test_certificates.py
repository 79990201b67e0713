"""Certificates near their end: on moto, where they are as ACM tells them, and as answers of ACM."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from health.checks.certificates import Certificates
from health.dependencies.certificates import CertificateShelf
from health.findings.assessment import Status
from health.findings.finding import Finding, Severity
from health_command_check import complaints
from hoist.clock import FixedClock
from storages import NOON

INSTALLATION = "hoist-dev"
ARN = "arn:aws:acm:eu-central-1:000000000000:certificate/1"


@dataclass
class AcmAnswers:
    """Answers as ACM does; one certificate to a page."""

    certificates: list[dict[str, Any]]
    tags: dict[str, str] = field(default_factory=lambda: {ARN: INSTALLATION})
    asked_for_tags: list[str] = field(default_factory=list)

    def get_paginator(self, operation: str) -> "AcmAnswers":
        assert operation == "list_certificates"
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        return [{"CertificateSummaryList": [each]} for each in self.certificates]

    def list_tags_for_certificate(self, *, CertificateArn: str) -> dict[str, Any]:  # noqa: N803 - ACM's
        self.asked_for_tags.append(CertificateArn)
        value = self.tags.get(CertificateArn)
        return {"Tags": [{"Key": "hoist:installation", "Value": value}] if value else []}


def certificate(ends_at: datetime | None, arn: str = ARN, **told: Any) -> dict[str, Any]:
    ending = {"NotAfter": ends_at} if ends_at else {}
    return {"CertificateArn": arn, "DomainName": "hoist.example", "InUse": True, **ending, **told}


def check_of(answers: AcmAnswers) -> Certificates:
    shelf = CertificateShelf(answers)
    return Certificates(shelf=shelf, installation=INSTALLATION, clock=FixedClock(NOON))


def findings(answers: AcmAnswers) -> list[Finding]:
    return [found for each in check_of(answers).look() for found in each.findings]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (31, []),
        (30, ["certificates.ending"]),
        (1, ["certificates.ending"]),
        (0, ["certificates.ended"]),
        (-90, ["certificates.ended"]),
    ],
)
def test_certificate_is_found_in_its_last_month(days: int, found: list[str]) -> None:
    """A month before its end it is a warning, from its end on a failure."""
    answers = AcmAnswers([certificate(NOON + timedelta(days=days))])

    assert [finding.id for finding in findings(answers)] == found


def test_finding_tells_domain_and_days() -> None:
    """It names the domain, the days that are left, and a command that can be pasted."""
    (finding,) = findings(AcmAnswers([certificate(NOON + timedelta(days=12))]))

    assert (finding.severity, finding.subject.name) == (Severity.WARN, "hoist.example")
    assert finding.evidence.value == 12.0
    assert complaints(finding.action.command) == complaints(finding.evidence.query) == []


def test_certificate_of_others_is_not_judged() -> None:
    """What does not bear the installation's tag is somebody else's."""
    ends_at = NOON + timedelta(days=1)
    answers = AcmAnswers([certificate(ends_at, "arn:other"), certificate(ends_at, "arn:none")])
    answers.tags["arn:other"] = "hoist-prod"

    assert findings(answers) == []


def test_tags_are_asked_of_those_that_end_soon_only() -> None:
    """However many certificates there are, one request suffices while all are good for long."""
    far = NOON + timedelta(days=300)
    answers = AcmAnswers([certificate(far, f"arn:{number}") for number in range(40)])

    assert {each.status for each in check_of(answers).look()} == {Status.PASS}
    assert answers.asked_for_tags == []


@pytest.mark.parametrize("told", [{"InUse": False}, {"NotAfter": None}])
def test_certificate_that_serves_nobody_is_not_judged(told: dict[str, Any]) -> None:
    """One that nothing uses, or that was never issued, ends without harm."""
    assert findings(AcmAnswers([certificate(NOON, **told)])) == []


def test_certificates_without_any_are_well() -> None:
    """Where there is no certificate there is nothing to judge, and that is known."""
    assert {each.status for each in check_of(AcmAnswers([])).look()} == {Status.PASS}
