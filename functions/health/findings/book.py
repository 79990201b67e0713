"""Findings over time, as a pure function: what is new, what is seen again, what is resolved.

A finding resolves when the check that made it looked again and did not find it, and what it told
leaves no doubt (health.findings.look). A check that did not come to its end resolves at most what
it told of.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from health.findings.finding import DataQuality, Finding, Subject
from health.findings.look import Look, ResolvedBecause
from health.findings.verdict import worst_first

RESOLVED_ARE_KEPT_FOR = timedelta(days=1)
# Its check is gone, or has not been able to tell for as long.
FORGOTTEN_AFTER = timedelta(days=7)
# What comes back this soon was never really gone: it keeps its age.
SAME_TROUBLE_WITHIN = timedelta(hours=1)
# A finding is about 1.5 KB, and DynamoDB takes 400 KB. The worst are kept; others lose their age.
MAX_KEPT = 100


@dataclass(frozen=True, slots=True)
class Sighting:
    """An open finding, and the check and the assessment that can resolve it."""

    finding: Finding
    check: str
    rule: str
    assessed: Subject
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """A finding that is open no more."""

    finding: Finding
    resolved_at: datetime
    because: ResolvedBecause


@dataclass(frozen=True, slots=True)
class Book:
    """What is remembered between two looks."""

    sightings: tuple[Sighting, ...] = ()
    resolutions: tuple[Resolution, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What one look made of the book. `findings` are all that are open, worst first."""

    book: Book
    findings: tuple[Finding, ...]
    opened: tuple[Finding, ...]
    resolved: tuple[Resolution, ...]


def revise(book: Book, looks: Sequence[Look], *, now: datetime) -> Revision:
    """The book after these looks, one per check. No order in them makes a difference."""
    seen = _seen(looks, book, now)
    unseen = [s for s in book.sightings if s.finding.fingerprint not in seen]
    resolved = tuple(_resolutions(unseen, {look.check: look for look in looks}, now))
    gone = {resolution.finding.fingerprint for resolution in resolved}
    stale = [_stale(s) for s in unseen if s.finding.fingerprint not in gone]
    known = {sighting.finding.fingerprint for sighting in book.sightings}
    open_now = {s.finding.fingerprint: s for s in [*seen.values(), *stale]}
    findings = worst_first([sighting.finding for sighting in open_now.values()])
    return Revision(
        book=Book(
            tuple(open_now[finding.fingerprint] for finding in findings[:MAX_KEPT]),
            tuple(_recent([*book.resolutions, *resolved], open_now, now))[-MAX_KEPT:],
        ),
        findings=findings,
        opened=tuple(f for f in findings if f.fingerprint not in known),
        resolved=resolved,
    )


def _seen(looks: Iterable[Look], book: Book, now: datetime) -> Mapping[str, Sighting]:
    """The findings of these looks by fingerprint; of two with the same one, the worse."""
    first_seen = dict(_ages(book, now))
    candidates = [
        Sighting(
            replace(finding, first_seen=first_seen.get(finding.fingerprint, now)),
            look.check,
            assessment.rule,
            assessment.subject,
            now,
        )
        for look in looks
        for assessment in look.assessments
        for finding in assessment.findings
    ]
    # Best first, so that the worst stays. The evidence's text settles what is equally bad.
    candidates.sort(key=lambda s: (s.finding.severity.badness, repr(s.finding), s.rule))
    return {sighting.finding.fingerprint: sighting for sighting in candidates}


def _ages(book: Book, now: datetime) -> Iterator[tuple[str, datetime]]:
    for resolution in book.resolutions:
        finding = resolution.finding
        if finding.first_seen and now - resolution.resolved_at <= SAME_TROUBLE_WITHIN:
            yield finding.fingerprint, finding.first_seen
    for sighting in book.sightings:
        if sighting.finding.first_seen:
            yield sighting.finding.fingerprint, sighting.finding.first_seen


def _resolutions(
    unseen: Iterable[Sighting], looks: Mapping[str, Look], now: datetime
) -> Iterator[Resolution]:
    for sighting in unseen:
        look = looks.get(sighting.check)
        because = look.resolves(sighting.rule, sighting.assessed) if look else None
        if because is None and now - sighting.last_seen > FORGOTTEN_AFTER:
            because = ResolvedBecause.FORGOTTEN
        if because is not None:
            yield Resolution(sighting.finding, now, because)


def _stale(sighting: Sighting) -> Sighting:
    return replace(sighting, finding=replace(sighting.finding, quality=DataQuality.STALE))


def _recent(
    resolutions: Iterable[Resolution], open_now: Mapping[str, Sighting], now: datetime
) -> Iterator[Resolution]:
    for resolution in resolutions:
        is_recent = now - resolution.resolved_at <= RESOLVED_ARE_KEPT_FOR
        if is_recent and resolution.finding.fingerprint not in open_now:
            yield resolution
