"""Calls that Lambda did not let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from health.findings.assessment import Assessment, Observed, is_idle, is_unknown, is_well
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
from health.metrics.query import MetricQuery
from health.metrics.series import Readings
from health.metrics.windows import Window
from health.rules.burn_rates import Counts
from health.rules.commands import aws_command, commands_of
from health.rules.lambda_metrics import NAMESPACE, RECENT, subject_of
from health.rules.traffic import Traffic, TrafficQueries

WARN_SHARE = 0.01
FAIL_SHARE = 0.10
# A throttle or two is what a burst makes, and callers try again.
MIN_THROTTLES = 3


@dataclass(frozen=True, slots=True)
class LambdaThrottles:
    """Implements Rule for functions."""

    name: str = "lambda.throttles"

    def queries(self, part: InstalledFunction, now: datetime) -> Sequence[MetricQuery]:
        return TrafficQueries.of(part.name, now).all

    def assess(self, part: InstalledFunction, now: datetime, readings: Readings) -> Assessment:
        queries = TrafficQueries.of(part.name, now)
        traffic, window = Traffic.read(queries, readings), queries.window.last(RECENT)
        subject, counts = subject_of(part), traffic.throttle_counts(window)
        if traffic.is_idle(window):
            return is_idle(self.name, subject)
        if traffic.lacks or counts.total == 0:
            because = traffic.lacks or "nothing tells whether it was invoked in the last hour"
            return is_unknown(self.name, subject, because)
        observed = Observed(counts.bad_share, "share")
        if counts.bad < MIN_THROTTLES or counts.bad_share < WARN_SHARE:
            return is_well(self.name, subject, observed)
        finding = self._finding(part, queries, window, counts)
        return Assessment(rule=self.name, subject=subject, observed=observed, findings=(finding,))

    def _finding(
        self, part: InstalledFunction, queries: TrafficQueries, window: Window, counts: Counts
    ) -> Finding:
        is_severe = counts.bad_share >= FAIL_SHARE
        return Finding(
            id=self.name,
            severity=Severity.FAIL if is_severe else Severity.WARN,
            subject=subject_of(part),
            title=f"{counts.bad:.0f} calls of {part.name} were throttled in an hour",
            evidence=Evidence(
                source=NAMESPACE,
                metric="Throttles / (Invocations + Throttles)",
                statistic="Sum",
                value=round(counts.bad_share, 4),
                threshold=FAIL_SHARE if is_severe else WARN_SHARE,
                samples=round(counts.total),
                window_start=window.start,
                window_end=window.end,
                query=commands_of(queries.throttles, queries.invocations),
            ),
            impact="these calls did not run: callers see errors, queues and schedules wait",
            cause=_cause(part),
            action=_action(part),
        )


def _cause(part: InstalledFunction) -> Cause:
    reserved = part.reserved_concurrency
    if reserved is not None:
        return Cause(f"its reserved concurrency of {reserved} is used up", Confidence.HIGH)
    return Cause("the account's concurrency is used up", Confidence.MEDIUM)


def _action(part: InstalledFunction) -> Action:
    reserved = part.reserved_concurrency
    if reserved is None:
        return Action(
            kind=ActionKind.LOOK,
            command=aws_command("lambda", "get-account-settings", "--query", "AccountLimit"),
            effect="shows the limit that all functions share",
        )
    reserve = ("lambda", "put-function-concurrency", "--function-name", part.name)
    option = "--reserved-concurrent-executions"
    return Action(
        kind=ActionKind.FIX,
        command=aws_command(*reserve, option, max(1, 2 * reserved)),
        effect="twice as many calls may run at the same time",
        setting=f"reserved_concurrent_executions of {part.name} in infra/components",
        rollback=aws_command(*reserve, option, reserved),
        cost_change_usd_month=0.0,
    )
