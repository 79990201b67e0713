"""A check of something that Hoist depends on."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from health.checking.outcome import Outcome
from health.findings.assessment import Assessment, is_unknown
from health.findings.finding import Subject
from health.findings.look import Look


class DependencyCheck(Protocol):
    """Knows what it is about, so that even a look that failed says of what nothing is known."""

    @property
    def name(self) -> str:
        """Its own among all checks, and the beginning of its rules' names."""
        ...

    @property
    def subject(self) -> Subject:
        """What it looks at first of all."""
        ...

    def look(self) -> Sequence[Assessment]:
        """One assessment per rule and thing, of all things that it concerns: what it does not tell
        of is taken for gone. Raises LookError when nothing can be said at all.
        """
        ...


def looks_of(
    checks: Sequence[DependencyCheck], outcomes: Sequence[Outcome[Sequence[Assessment]]]
) -> Sequence[Look]:
    """What each check said; one that has not come to its end makes its subject unknown."""
    return [_look_of(check, outcome) for check, outcome in zip(checks, outcomes, strict=True)]


def _look_of(check: DependencyCheck, outcome: Outcome[Sequence[Assessment]]) -> Look:
    if outcome.result is not None:
        return Look(check=check.name, assessments=tuple(outcome.result))
    unknown = is_unknown(check.name, check.subject, outcome.reason)
    return Look(check=check.name, assessments=(unknown,), is_whole=False)


def assessments_in(looks: Iterable[Look]) -> Sequence[Assessment]:
    """All that was said."""
    return [assessment for look in looks for assessment in look.assessments]
