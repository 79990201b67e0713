"""A check of something that Hoist depends on."""

from collections.abc import Sequence
from typing import Protocol

from health.checking.outcome import Outcome
from health.findings.assessment import Assessment, is_unknown
from health.findings.finding import Subject


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
        """One assessment per rule and thing. Raises LookError when nothing can be said at all."""
        ...


def assessments_of(
    checks: Sequence[DependencyCheck], outcomes: Sequence[Outcome[Sequence[Assessment]]]
) -> Sequence[Assessment]:
    """What all checks said; a check that has not come to its end makes its subject unknown."""
    found: list[Assessment] = []
    for check, outcome in zip(checks, outcomes, strict=True):
        if outcome.result is not None:
            found += outcome.result
        else:
            found.append(is_unknown(check.name, check.subject, outcome.reason))
    return found
