"""Certificates near their end: those in ACM that bear the installation's tag and are in use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from shlex import join

from health.dependencies.certificates import LIST, Certificate, CertificateShelf
from health.dependencies.errors import LookError
from health.dependencies.site import Site
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)
from hoist.clock import Clock

# ACM renews its own 60 days before their end, and tries for a month.
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Asks for the tags of those only that end soon: there are few of them."""

    shelf: CertificateShelf
    installation: str
    clock: Clock
    name: str = "certificates"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.INSTALLATION, self.installation)

    def look(self) -> Sequence[Assessment]:
        return list(self._assessments())

    def _assessments(self) -> Iterator[Assessment]:
        ending = list(self.shelf.ending_by(self.clock.now() + SOON))
        yield is_well(self.name, self.subject, Observed(len(ending), "certificates ending soon"))
        for certificate in ending:
            subject = Subject(SubjectKind.CERTIFICATE, certificate.domain)
            try:
                is_ours = self.shelf.installation_of(certificate) == self.installation
            except LookError as error:
                yield is_unknown(self.name, subject, error.message)
                continue
            if is_ours:
                finding = self._finding(certificate, subject)
                yield Assessment(
                    rule=self.name,
                    subject=subject,
                    observed=Observed(certificate.ends_at.isoformat()),
                    findings=(finding,),
                )

    def _finding(self, certificate: Certificate, subject: Subject) -> Finding:
        is_over = certificate.ends_at <= self.clock.now()
        days_left = (certificate.ends_at - self.clock.now()) / timedelta(days=1)
        verb = "ended" if is_over else "ends"
        look = ("aws", "acm", "describe-certificate", "--certificate-arn", certificate.arn)
        return Finding(
            id=f"{self.name}.{'ended' if is_over else 'ending'}",
            severity=Severity.FAIL if is_over else Severity.WARN,
            subject=subject,
            title=f"The certificate of {certificate.domain} {verb} on "
            f"{certificate.ends_at:%Y-%m-%d}",
            evidence=Evidence(
                source=LIST,
                metric="time until it ends",
                value=round(days_left, 1),
                threshold=float(SOON.days),
                unit="days",
                query=join((*look, "--query", "Certificate.NotAfter")),
            ),
            impact="from then on no client that checks certificates gets an answer",
            cause=_cause(certificate),
            action=Action(
                kind=ActionKind.LOOK,
                command=join(look),
                effect="shows who uses it, and how its renewal stands",
            ),
        )


def _cause(certificate: Certificate) -> Cause:
    if certificate.is_imported:
        return Cause("it was imported, and nobody imported its successor", Confidence.HIGH)
    return Cause("ACM could not renew it: its DNS record is gone", Confidence.MEDIUM)


def make(site: Site) -> Certificates:
    return Certificates(
        shelf=CertificateShelf(site.clients.looked_at("acm")),
        installation=site.places.installation,
        clock=site.clock,
    )
