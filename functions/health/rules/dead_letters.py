"""Messages that could not be delivered and were put aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    SubjectKind,
)
from health.metrics.inventory import InstalledQueue
from health.metrics.query import MetricQuery
from health.metrics.series import Readings
from health.rules.commands import aws_command


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Implements Rule for dead-letter queues.

    It needs no metric: the queue itself was asked, and a queue that is silent for hours has none.
    """

    name: str = "queue.dead_letters"

    def queries(self, part: InstalledQueue, now: datetime) -> Sequence[MetricQuery]:
        return ()

    def assess(self, part: InstalledQueue, now: datetime, readings: Readings) -> Assessment:
        subject = Subject(SubjectKind.QUEUE, part.name)
        observed = Observed(part.messages, "messages")
        if part.messages == 0:
            return is_well(self.name, subject, observed)
        finding = self._finding(part, subject)
        return Assessment(rule=self.name, subject=subject, observed=observed, findings=(finding,))

    def _finding(self, part: InstalledQueue, subject: Subject) -> Finding:
        return Finding(
            id=self.name,
            severity=Severity.WARN,
            subject=subject,
            title=f"{part.name} has {part.messages} messages that nobody could work on",
            evidence=Evidence(
                source="sqs:GetQueueAttributes",
                metric="ApproximateNumberOfMessages, in flight and delayed included",
                value=part.messages,
                threshold=0,
                unit="messages",
                query=aws_command(
                    *("sqs", "get-queue-attributes", "--queue-url", part.url),
                    *("--attribute-names", "All"),
                ),
            ),
            impact="each of them killed its worker several times before it was put aside",
            cause=Cause("the worker died over them; its log says how", Confidence.MEDIUM),
            action=Action(
                kind=ActionKind.FIX,
                command=aws_command("sqs", "start-message-move-task", "--source-arn", part.arn),
                effect="they are delivered once more; do it when the worker is mended",
                rollback="none needed: what cannot be delivered comes back here",
                cost_change_usd_month=0.0,
            ),
        )
