"""How a setting has to be, and what to say and do when it is not."""

from collections.abc import Callable
from dataclasses import dataclass

from health.dependencies.errors import LookRefusedError
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
)

CHANGED_BY_HAND = Cause("it was changed by hand, outside of infra", Confidence.HIGH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One setting of one thing. `wanted` is what AWS says of it when it is right."""

    aspect: str
    """The last part of the finding's id."""
    wanted: str
    severity: Severity
    title: str
    impact: str
    action: str
    """The AWS action that shows the setting."""
    query: str
    """A command that shows it."""
    fix: str
    """A command that sets it; or, of kind LOOK, one that shows why it is not so."""
    rollback: str
    setting: str
    """Where infra sets it."""
    kind: ActionKind = ActionKind.FIX
    cause: Cause = CHANGED_BY_HAND


def assess(
    rule: str, subject: Subject, requirement: Requirement, read: Callable[[], str]
) -> Assessment:
    """Unknown if this role may not look, so that other settings are still told."""
    name = f"{rule}.{requirement.aspect}"
    try:
        seen = read()
    except LookRefusedError as error:
        return is_unknown(name, subject, error.message)
    if seen == requirement.wanted:
        return is_well(name, subject, Observed(seen))
    return Assessment(
        rule=name,
        subject=subject,
        observed=Observed(seen),
        findings=(_finding(name, subject, requirement, seen),),
    )


def _finding(name: str, subject: Subject, requirement: Requirement, seen: str) -> Finding:
    return Finding(
        id=name,
        severity=requirement.severity,
        subject=subject,
        title=requirement.title,
        evidence=Evidence(
            source=requirement.action,
            metric=requirement.aspect,
            value=seen,
            threshold=requirement.wanted,
            query=requirement.query,
        ),
        impact=requirement.impact,
        cause=requirement.cause,
        action=Action(
            kind=requirement.kind,
            command=requirement.fix,
            effect=_effect(requirement),
            setting=requirement.setting,
            rollback=requirement.rollback,
        ),
    )


def _effect(requirement: Requirement) -> str:
    if requirement.kind is ActionKind.LOOK:
        return "shows why it is so"
    return f"{requirement.aspect} becomes {requirement.wanted}"
