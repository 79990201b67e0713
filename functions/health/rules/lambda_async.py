"""Events that a function is sent without anybody waiting: how old they get, and which are lost.

What is judged are the events on their way: when there are none any more, nothing is left to mend.
Whether the function fails over them is told by its errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
)
from health.metrics.inventory import InstalledFunction
from health.metrics.query import MAXIMUM, SUM, MetricQuery
from health.metrics.series import Readings
from health.rules.commands import log_command
from health.rules.lambda_metrics import NAMESPACE, function_query, recent_window, subject_of

OLDEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LambdaAsyncEvents:
    """Implements Rule for functions; concerns those that were sent such events in the last hour."""

    name: str = "lambda.async"

    def queries(self, part: InstalledFunction, now: datetime) -> Sequence[MetricQuery]:
        window = recent_window(now)
        return (
            function_query(part.name, "AsyncEventsReceived", SUM, window),
            function_query(part.name, "AsyncEventsDropped", SUM, window),
            function_query(part.name, "AsyncEventAge", MAXIMUM, window),
        )

    def assess(
        self, part: InstalledFunction, now: datetime, readings: Readings
    ) -> Assessment | None:
        queries = self.queries(part, now)
        received, dropped, age = (readings.of(query) for query in queries)
        subject = subject_of(part)
        lacks = received.lacks or dropped.lacks or age.lacks
        if lacks:
            return is_unknown(self.name, subject, lacks)
        if received.is_silent and dropped.is_silent and age.is_silent:
            return None
        oldest_ms = age.maximum or 0.0
        observed = Observed(oldest_ms, "ms")
        if dropped.total > 0:
            finding = _dropped(self.name, part, queries[1], dropped.total, received.total)
        elif oldest_ms > OLDEST / timedelta(milliseconds=1):
            finding = _old(self.name, part, queries[2], oldest_ms)
        elif received.is_empty and age.is_empty:
            return is_unknown(self.name, subject, "nothing tells whether it was sent events")
        elif age.is_empty:
            return is_unknown(self.name, subject, "nothing tells how old its events are")
        else:
            return is_well(self.name, subject, observed)
        return Assessment(rule=self.name, subject=subject, observed=observed, findings=(finding,))


def _dropped(
    rule: str, part: InstalledFunction, query: MetricQuery, dropped: float, received: float
) -> Finding:
    return Finding(
        id=f"{rule}.dropped",
        severity=Severity.FAIL,
        subject=subject_of(part),
        title=f"{dropped:.0f} events of {part.name} were dropped",
        evidence=_evidence(query, dropped, threshold=0, unit="events", samples=round(received)),
        impact="nobody tries these events again",
        cause=Cause("it failed three times on each, or was throttled for hours", Confidence.MEDIUM),
        action=_look(part, query),
    )


def _old(rule: str, part: InstalledFunction, query: MetricQuery, oldest_ms: float) -> Finding:
    threshold_ms = OLDEST / timedelta(milliseconds=1)
    return Finding(
        id=f"{rule}.age",
        severity=Severity.WARN,
        subject=subject_of(part),
        title=f"Events of {part.name} wait for {oldest_ms / 1000:.0f} s",
        evidence=_evidence(query, oldest_ms, threshold=threshold_ms, unit="ms"),
        impact="what they ask for happens late, and after six hours not at all",
        cause=Cause("it fails and is tried again, or is throttled", Confidence.MEDIUM),
        action=_look(part, query),
    )


def _evidence(
    query: MetricQuery, value: float, *, threshold: float, unit: str, samples: int | None = None
) -> Evidence:
    return Evidence(
        source=NAMESPACE,
        metric=query.metric.name,
        statistic=query.statistic,
        value=value,
        threshold=threshold,
        unit=unit,
        samples=samples,
        window_start=query.window.start,
        window_end=query.window.end,
        query=query.command,
    )


def _look(part: InstalledFunction, query: MetricQuery) -> Action:
    pattern = '?"[ERROR]" ?"Task timed out" ?Traceback'
    return Action(
        kind=ActionKind.LOOK,
        command=log_command(part.name, since=query.window.start, pattern=pattern),
        effect="shows why the attempts failed",
    )
