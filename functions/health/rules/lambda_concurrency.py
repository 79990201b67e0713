"""How near a function comes to the concurrency that is reserved for it, and all of them together
to the account's.
"""

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
    Subject,
    SubjectKind,
)
from health.metrics.inventory import InstalledFunction
from health.metrics.query import MAXIMUM, Metric, MetricQuery
from health.metrics.series import Readings
from health.rules.commands import aws_command
from health.rules.lambda_metrics import NAMESPACE, function_query, recent_window, subject_of
from health.rules.traffic import TrafficQueries

WARN_SHARE = 0.8
FAIL_SHARE = 0.95
# Service Quotas' name for the number of concurrent executions.
_QUOTA = "L-B99A9384"


@dataclass(frozen=True, slots=True)
class LambdaConcurrency:
    """Implements Rule for functions; concerns those with a reservation of their own.

    A reservation of one is no limit to come near to: it says that there shall be one at a time.
    """

    name: str = "lambda.concurrency"

    def queries(self, part: InstalledFunction, now: datetime) -> Sequence[MetricQuery]:
        if not _is_concerned(part):
            return ()
        return (
            function_query(part.name, "ConcurrentExecutions", MAXIMUM, recent_window(now)),
            TrafficQueries.of(part.name, now).invocations,
        )

    def assess(
        self, part: InstalledFunction, now: datetime, readings: Readings
    ) -> Assessment | None:
        limit = part.reserved_concurrency
        if limit is None or not _is_concerned(part):
            return None
        query, invocations_query = self.queries(part, now)
        invocations = readings.of(invocations_query).within(query.window)
        if readings.of(query).is_silent and invocations.is_silent:
            return is_idle(self.name, subject_of(part))
        if invocations.lacks:
            return is_unknown(self.name, subject_of(part), invocations.lacks)
        reserve = ("lambda", "put-function-concurrency", "--function-name", part.name)
        option = "--reserved-concurrent-executions"
        action = Action(
            kind=ActionKind.FIX,
            command=aws_command(*reserve, option, 2 * limit),
            effect="twice as many calls may run at the same time",
            setting=f"reserved_concurrent_executions of {part.name} in infra/components",
            rollback=aws_command(*reserve, option, limit),
            cost_change_usd_month=0.0,
        )
        return _assess(self.name, subject_of(part), query, readings, limit=limit, action=action)


@dataclass(frozen=True, slots=True)
class AccountConcurrency:
    """Implements Rule for an account's limit, as a number."""

    name: str = "account.concurrency"

    def queries(self, part: int, now: datetime) -> Sequence[MetricQuery]:
        # What is claimed contains what is reserved, whether it runs or not.
        metric = Metric(NAMESPACE, "ClaimedAccountConcurrency")
        return (MetricQuery(metric, MAXIMUM, recent_window(now)),)

    def assess(self, part: int, now: datetime, readings: Readings) -> Assessment:
        (query,) = self.queries(part, now)
        action = Action(
            kind=ActionKind.FIX,
            command=aws_command(
                *("service-quotas", "request-service-quota-increase", "--service-code", "lambda"),
                *("--quota-code", _QUOTA, "--desired-value", 2 * part),
            ),
            effect="AWS raises the account's limit, often within a day",
            rollback="none needed: a limit costs nothing",
            cost_change_usd_month=0.0,
        )
        subject = Subject(SubjectKind.ACCOUNT, "concurrency")
        return _assess(self.name, subject, query, readings, limit=part, action=action)


def _is_concerned(part: InstalledFunction) -> bool:
    return part.reserved_concurrency is not None and part.reserved_concurrency > 1


def _assess(
    rule: str,
    subject: Subject,
    query: MetricQuery,
    readings: Readings,
    *,
    limit: int,
    action: Action,
) -> Assessment:
    series = readings.of(query)
    if series.lacks or series.maximum is None:
        return is_unknown(
            rule, subject, series.lacks or "nothing tells how much ran in the last hour"
        )
    share, observed = series.maximum / limit, Observed(series.maximum, "executions")
    if share < WARN_SHARE:
        return is_well(rule, subject, observed)
    is_severe = share >= FAIL_SHARE
    finding = Finding(
        id=rule,
        severity=Severity.FAIL if is_severe else Severity.WARN,
        subject=subject,
        title=f"{subject} uses {series.maximum:.0f} of {limit} concurrent executions",
        evidence=Evidence(
            source=query.metric.namespace,
            metric=query.metric.name,
            statistic=query.statistic,
            value=series.maximum,
            threshold=limit * (FAIL_SHARE if is_severe else WARN_SHARE),
            samples=len(series.points),
            window_start=query.window.start,
            window_end=query.window.end,
            query=query.command,
        ),
        impact="at the limit, further calls are throttled and do not run",
        cause=Cause("more is asked for at the same time than before", Confidence.MEDIUM),
        action=action,
    )
    return Assessment(rule=rule, subject=subject, observed=observed, findings=(finding,))
