"""Invocations that fail faster than the error budget allows.

The newest minutes of a function are never complete: what began then may still fail. So the pairs
of windows are looked at twice, as they end now and as they ended one timeout ago, when everything
was known; what either shows is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from health.rules.burn_rates import (
    BUDGET_PERIOD,
    LONGEST,
    MIN_EVENTS,
    OBJECTIVE,
    Burn,
    Counts,
    burns,
)
from health.rules.commands import commands_of, log_command
from health.rules.lambda_metrics import NAMESPACE, subject_of
from health.rules.traffic import Traffic, TrafficQueries

_FAILURES = '?"[ERROR]" ?"Task timed out" ?Traceback ?"Runtime exited"'
# With few events no rate means much, but so many failures and so few successes do.
_FEW_BUT_BAD = Counts(total=6, bad=3)


@dataclass(frozen=True, slots=True)
class LambdaErrors:
    """Implements Rule for functions."""

    name: str = "lambda.errors"

    def queries(self, part: InstalledFunction, now: datetime) -> Sequence[MetricQuery]:
        return TrafficQueries.of(part.name, now).all

    def assess(self, part: InstalledFunction, now: datetime, readings: Readings) -> Assessment:
        queries = TrafficQueries.of(part.name, now)
        traffic, subject = Traffic.read(queries, readings), subject_of(part)
        if traffic.is_idle(queries.window.last(LONGEST)):
            return is_idle(self.name, subject)
        if traffic.lacks:
            return is_unknown(self.name, subject, traffic.lacks)
        counts = traffic.counts(queries.window.last(LONGEST))
        if counts.total < MIN_EVENTS:
            return self._of_few(part, queries, counts)
        worst = min(
            _burns(part, traffic, queries.window), key=lambda burn: -burn.pair.rate, default=None
        )
        observed = Observed(counts.bad_share, "share")
        if worst is None:
            return is_well(self.name, subject, observed)
        finding = self._finding(part, queries, worst, is_throttled=_is_throttled(traffic, worst))
        return Assessment(rule=self.name, subject=subject, observed=observed, findings=(finding,))

    def _of_few(
        self, part: InstalledFunction, queries: TrafficQueries, counts: Counts
    ) -> Assessment:
        """Few events: none bad is well, most bad is not, and between nobody can tell."""
        subject = subject_of(part)
        if counts.total == 0:
            return is_unknown(self.name, subject, "nothing tells whether it was invoked")
        if counts.bad == 0:
            return is_well(self.name, subject, Observed(0.0, "share"))
        if counts.bad < _FEW_BUT_BAD.bad or counts.bad_share < _FEW_BUT_BAD.bad_share:
            so_many = f"{counts.bad:.0f} of {counts.total:.0f} calls failed"
            return is_unknown(self.name, subject, f"{so_many}, too few calls to tell")
        finding = self._finding_of_few(part, queries, counts)
        return Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(counts.bad_share, "share"),
            findings=(finding,),
        )

    def _finding(
        self,
        part: InstalledFunction,
        queries: TrafficQueries,
        burn: Burn,
        *,
        is_throttled: bool,
    ) -> Finding:
        hours = burn.pair.long / timedelta(hours=1)
        used = burn.pair.long / BUDGET_PERIOD * burn.counts.burn_rate()
        return Finding(
            id=self.name,
            severity=burn.pair.severity,
            subject=subject_of(part),
            title=f"{burn.counts.bad_share:.1%} of the calls of {part.name} fail",
            evidence=_evidence(
                queries,
                burn.window,
                burn.counts,
                metric="burn rate of (Errors + Throttles) / (Invocations + Throttles)",
                value=burn.counts.burn_rate(),
                threshold=burn.pair.rate,
            ),
            impact=f"the last {hours:g} h used {used:.0%} of a month's error budget "
            f"({1 - OBJECTIVE:.0%} of the calls)",
            cause=_cause(is_throttled),
            action=_action(part, burn.window),
        )

    def _finding_of_few(
        self, part: InstalledFunction, queries: TrafficQueries, counts: Counts
    ) -> Finding:
        window = queries.window.last(LONGEST)
        return Finding(
            id=self.name,
            severity=Severity.WARN,
            subject=subject_of(part),
            title=f"{counts.bad:.0f} of {counts.total:.0f} calls of {part.name} failed",
            evidence=_evidence(
                queries,
                window,
                counts,
                metric="(Errors + Throttles) / (Invocations + Throttles)",
                value=counts.bad_share,
                threshold=_FEW_BUT_BAD.bad_share,
            ),
            impact="it is called seldom, and what it is called for is mostly not done",
            cause=_cause(is_throttled=False),
            action=_action(part, window),
        )


def _burns(part: InstalledFunction, traffic: Traffic, window: Window) -> Iterator[Burn]:
    newest = window.last(LONGEST)
    yield from burns(traffic.counts, newest)
    yield from burns(traffic.counts, newest.earlier_by(part.timeout))


def _is_throttled(traffic: Traffic, burn: Burn) -> bool:
    return traffic.throttle_counts(burn.window).bad > burn.counts.bad / 2


def _evidence(
    queries: TrafficQueries,
    window: Window,
    counts: Counts,
    *,
    metric: str,
    value: float,
    threshold: float,
) -> Evidence:
    return Evidence(
        source=NAMESPACE,
        metric=metric,
        statistic="Sum",
        value=round(value, 4),
        threshold=threshold,
        samples=round(counts.total),
        window_start=window.start,
        window_end=window.end,
        query=commands_of(*queries.all),
    )


def _cause(is_throttled: bool) -> Cause:
    if is_throttled:
        return Cause("most of the bad calls were throttled and never ran", Confidence.HIGH)
    return Cause("it raises an error or runs into its timeout; its log says which", Confidence.LOW)


def _action(part: InstalledFunction, window: Window) -> Action:
    return Action(
        kind=ActionKind.LOOK,
        command=log_command(part.name, since=window.start, pattern=_FAILURES),
        effect="shows the errors with their request ids",
    )
