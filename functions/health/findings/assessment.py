"""What one rule says of one thing: that it is well, what is wrong, or that nobody can tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from health.findings.finding import Finding, Severity, Subject


class Status(StrEnum):
    """How something is, worst first in the order of `badness`."""

    FAIL = "fail"
    WARN = "warn"
    UNKNOWN = "unknown"
    PASS = "pass"

    @property
    def badness(self) -> int:
        """0 for what is well; more for what is worse."""
        return _BADNESS[self]


_BADNESS = {Status.PASS: 0, Status.UNKNOWN: 1, Status.WARN: 2, Status.FAIL: 3}
IDLE = "idle"
# A note is a thing that could be cheaper: what it is about is well.
_STATUS_OF = {
    Severity.FAIL: Status.FAIL,
    Severity.WARN: Status.WARN,
    Severity.NOTE: Status.PASS,
}


@dataclass(frozen=True, slots=True)
class Observed:
    """The number that the rule looked at."""

    value: float | str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One rule, one subject. `unknown_because` is empty when the rule could tell.

    `is_idle` says that it is known that nothing happened: nothing is wrong, and nothing is proved.
    """

    rule: str
    subject: Subject
    observed: Observed | None = None
    findings: tuple[Finding, ...] = ()
    unknown_because: str = ""
    is_idle: bool = False

    @property
    def status(self) -> Status:
        found = [status_of(finding) for finding in self.findings]
        unknown = [Status.UNKNOWN] if self.unknown_because else []
        return worst(found + unknown)


def status_of(finding: Finding) -> Status:
    """What a finding makes of the thing that it is about."""
    return _STATUS_OF[finding.severity]


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of them; PASS when there are none."""
    return max(statuses, key=lambda status: status.badness, default=Status.PASS)


def is_well(rule: str, subject: Subject, observed: Observed | None = None) -> Assessment:
    """The rule had what it needs and found nothing."""
    return Assessment(rule=rule, subject=subject, observed=observed)


def is_idle(rule: str, subject: Subject) -> Assessment:
    """The rule knows that there was nothing to judge. It resolves no finding of earlier looks."""
    return Assessment(rule=rule, subject=subject, observed=Observed(IDLE), is_idle=True)


def is_unknown(rule: str, subject: Subject, because: str) -> Assessment:
    """The rule could not tell."""
    return Assessment(rule=rule, subject=subject, unknown_because=because)
