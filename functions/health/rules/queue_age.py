"""How long the oldest message of a queue waits."""

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
    Subject,
    SubjectKind,
)
from health.metrics.inventory import InstalledQueue
from health.metrics.query import MAXIMUM, Metric, MetricQuery
from health.metrics.series import Readings
from health.metrics.windows import window_before
from health.rules.commands import aws_command

NAMESPACE = "AWS/SQS"
# A message in flight counts too, and one may be in flight for as long as the queue hides it.
WARN_VISIBILITIES = 2
FAIL_VISIBILITIES = 4
# SQS writes this metric every minute or so while anything happens to the queue.
_WINDOW = timedelta(minutes=15)
_PERIOD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class QueueAge:
    """Implements Rule for queues that somebody works on."""

    name: str = "queue.age"

    def queries(self, part: InstalledQueue, now: datetime) -> Sequence[MetricQuery]:
        metric = Metric(NAMESPACE, "ApproximateAgeOfOldestMessage", (("QueueName", part.name),))
        window = window_before(now, length=_WINDOW, period=_PERIOD)
        return (MetricQuery(metric, MAXIMUM, window),)

    def assess(self, part: InstalledQueue, now: datetime, readings: Readings) -> Assessment:
        (query,) = self.queries(part, now)
        series, subject = readings.of(query), Subject(SubjectKind.QUEUE, part.name)
        if part.messages == 0:
            # SQS goes silent about a queue that nobody uses; its own count says that it is empty.
            return is_well(self.name, subject, Observed(0.0, "s"))
        if series.lacks or series.is_empty:
            because = series.lacks or "it has messages, and nothing tells how old they are"
            return is_unknown(self.name, subject, because)
        # The newest point: what was old an hour ago may be done.
        age = series.points[-1].value
        threshold = WARN_VISIBILITIES * part.visibility.total_seconds()
        if age <= threshold:
            return is_well(self.name, subject, Observed(age, "s"))
        finding = self._finding(part, query, age)
        return Assessment(
            rule=self.name, subject=subject, observed=Observed(age, "s"), findings=(finding,)
        )

    def _finding(self, part: InstalledQueue, query: MetricQuery, age: float) -> Finding:
        fails_from = FAIL_VISIBILITIES * part.visibility.total_seconds()
        is_severe = age > fails_from
        threshold = fails_from if is_severe else fails_from * WARN_VISIBILITIES / FAIL_VISIBILITIES
        return Finding(
            id=self.name,
            severity=Severity.FAIL if is_severe else Severity.WARN,
            subject=Subject(SubjectKind.QUEUE, part.name),
            title=f"The oldest message of {part.name} waits for {age / 60:.0f} minutes",
            evidence=Evidence(
                source=NAMESPACE,
                metric=query.metric.name,
                statistic=query.statistic,
                value=age,
                threshold=threshold,
                unit="s",
                samples=part.messages,
                window_start=query.window.start,
                window_end=query.window.end,
                query=query.command,
            ),
            impact="what the message asks for is not done",
            cause=Cause("nobody takes messages, or all who do are busy", Confidence.MEDIUM),
            action=Action(
                kind=ActionKind.LOOK,
                command=aws_command(
                    "lambda", "list-event-source-mappings", "--event-source-arn", part.arn
                ),
                effect="shows who takes its messages, and how many at a time",
                setting="hoist:parallelRuns",
            ),
        )
