"""Whether something is there at all."""

from collections.abc import Sequence

from health.findings.assessment import Assessment, Observed, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
)


def with_presence(rule: str, subject: Subject, found: Sequence[Assessment]) -> Sequence[Assessment]:
    """What was found of a thing, and that it is there, if any of it was known."""
    if all(each.unknown_because for each in found):
        return found
    return [is_well(_name(rule), subject, Observed("present")), *found]


def is_absent(
    rule: str, subject: Subject, *, action: str, look: str, impact: str, setting: str
) -> Assessment:
    """No command brings it back by itself: what was in it has to come back, too."""
    name = _name(rule)
    finding = Finding(
        id=name,
        severity=Severity.FAIL,
        subject=subject,
        title=f"The {subject} does not exist",
        evidence=Evidence(source=action, metric="exists", value="no", threshold="yes", query=look),
        impact=impact,
        cause=Cause(
            "it was deleted, or the function's settings name another one", Confidence.MEDIUM
        ),
        action=Action(
            kind=ActionKind.LOOK,
            command=look,
            effect="shows whether it is gone, or in another account or region",
            setting=setting,
        ),
    )
    return Assessment(rule=name, subject=subject, observed=Observed("absent"), findings=(finding,))


def _name(rule: str) -> str:
    return f"{rule}.absent"
