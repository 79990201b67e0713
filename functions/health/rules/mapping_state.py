"""Whether what hands messages to a function does so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
from health.metrics.inventory import Mapping
from health.metrics.query import MetricQuery
from health.metrics.series import Readings
from health.rules.commands import aws_command

ENABLED = "Enabled"
_OFF = frozenset({"Disabled", "Disabling", "Deleting"})
# How Lambda begins what it says of a mapping that does not work.
_PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class MappingState:
    """Implements Rule for mappings."""

    name: str = "lambda.mapping"

    def queries(self, part: Mapping, now: datetime) -> Sequence[MetricQuery]:
        return ()

    def assess(self, part: Mapping, now: datetime, readings: Readings) -> Assessment:
        subject, observed = _subject(part), Observed(part.state)
        if part.state in _OFF:
            return self._ill(part, _is_off(self.name, part))
        if part.state != ENABLED:
            return is_unknown(self.name, subject, f"it is {part.state or 'in no state'}")
        if part.last_result.startswith(_PROBLEM):
            return self._ill(part, _has_problem(self.name, part))
        return is_well(self.name, subject, observed)

    def _ill(self, part: Mapping, finding: Finding) -> Assessment:
        return Assessment(
            rule=self.name,
            subject=finding.subject,
            observed=Observed(part.state),
            findings=(finding,),
        )


def _subject(part: Mapping) -> Subject:
    return Subject(SubjectKind.MAPPING, f"{part.function}/{part.uuid}")


def _evidence(part: Mapping, metric: str, value: str, threshold: str) -> Evidence:
    return Evidence(
        source="lambda:ListEventSourceMappings",
        metric=metric,
        value=value,
        threshold=threshold,
        query=aws_command("lambda", "get-event-source-mapping", "--uuid", part.uuid),
    )


def _is_off(rule: str, part: Mapping) -> Finding:
    update = ("lambda", "update-event-source-mapping", "--uuid", part.uuid)
    return Finding(
        id=f"{rule}.off",
        severity=Severity.FAIL,
        subject=_subject(part),
        title=f"{part.function} gets no messages: its mapping is {part.state.lower()}",
        evidence=_evidence(part, "State", part.state, ENABLED),
        impact="runs are accepted and nobody works on them",
        cause=Cause("somebody switched it off", Confidence.HIGH),
        action=Action(
            kind=ActionKind.FIX,
            command=aws_command(*update, "--enabled"),
            effect="messages are handed over again, within a minute",
            setting="infra/components/doorbell_answer.py",
            rollback=aws_command(*update, "--no-enabled"),
            cost_change_usd_month=0.0,
        ),
    )


def _has_problem(rule: str, part: Mapping) -> Finding:
    return Finding(
        id=f"{rule}.problem",
        severity=Severity.WARN,
        subject=_subject(part),
        title=f"Lambda has trouble handing messages to {part.function}",
        evidence=_evidence(part, "LastProcessingResult", part.last_result[:200], "OK"),
        impact="messages wait, and die after a few attempts",
        cause=Cause("the function fails, or its role may not read the queue", Confidence.MEDIUM),
        action=Action(
            kind=ActionKind.LOOK,
            command=aws_command("lambda", "get-event-source-mapping", "--uuid", part.uuid),
            effect="shows what Lambda says of it",
        ),
    )
