"""How near a function comes to its timeout."""

from collections.abc import Iterable, Sequence
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
from health.metrics.log_groups import REPORT_PATTERNS
from health.metrics.query import MAXIMUM, P50, P99, MetricQuery
from health.metrics.series import Readings, Series
from health.rules.commands import configure_function, log_command
from health.rules.lambda_metrics import NAMESPACE, function_query, recent_window, subject_of
from health.rules.traffic import TrafficQueries

# What runs until its timeout is killed there; its duration is the timeout to the millisecond.
KILLED_SHARE = 0.999
MAXIMUM_SHARE = 0.95
# The worker itself ends what it does 90 s before its 15 minutes are over, which is at 90 %.
P99_SHARE = 0.93
USUAL_SHARE = 0.5
# API Gateway waits no longer than 29 s, and Lambda lets nothing run for more than 15 minutes.
_CEILINGS = (timedelta(seconds=29), timedelta(seconds=900))
_LARGEST_MB = 10_240


@dataclass(frozen=True, slots=True)
class LambdaDuration:
    """Implements Rule for functions."""

    name: str = "lambda.duration"

    def queries(self, part: InstalledFunction, now: datetime) -> Sequence[MetricQuery]:
        window = recent_window(now)
        # The median costs nothing besides the other two, and tells whether all of it is slow; the
        # invocations are read for other rules as well.
        return [
            *(function_query(part.name, "Duration", of, window) for of in (P50, P99, MAXIMUM)),
            TrafficQueries.of(part.name, now).invocations,
        ]

    def assess(self, part: InstalledFunction, now: datetime, readings: Readings) -> Assessment:
        _, p99_query, maximum_query, _ = queries = self.queries(part, now)
        median, p99, maximum, invocations = map(readings.of, queries)
        subject = subject_of(part)
        if _is_idle((median, p99, maximum, invocations.within(maximum_query.window))):
            return is_idle(self.name, subject)
        lacks = median.lacks or p99.lacks or maximum.lacks or invocations.lacks
        if lacks or median.maximum is None or p99.maximum is None or maximum.maximum is None:
            because = lacks or "nothing tells how long its invocations took in the last hour"
            return is_unknown(self.name, subject, because)
        observed = Observed(maximum.maximum, "ms")
        timeout_ms = part.timeout / timedelta(milliseconds=1)
        if maximum.maximum >= MAXIMUM_SHARE * timeout_ms:
            query, value_ms, share = maximum_query, maximum.maximum, MAXIMUM_SHARE
        elif p99.maximum >= P99_SHARE * timeout_ms:
            query, value_ms, share = p99_query, p99.maximum, P99_SHARE
        else:
            return is_well(self.name, subject, observed)
        near = _Near(query, value_ms, share * timeout_ms, median.maximum, timeout_ms)
        finding = _finding(self.name, part, near)
        return Assessment(rule=self.name, subject=subject, observed=observed, findings=(finding,))


def _is_idle(told: Iterable[Series]) -> bool:
    """Without an invocation there is no duration; a duration without one is a gap in the other."""
    return all(series.is_silent for series in told)


@dataclass(frozen=True, slots=True)
class _Near:
    """A duration that is too near the timeout, and what is usual."""

    query: MetricQuery
    value_ms: float
    threshold_ms: float
    median_ms: float
    timeout_ms: float

    @property
    def is_killed(self) -> bool:
        return self.value_ms >= KILLED_SHARE * self.timeout_ms

    @property
    def cause(self) -> Cause:
        if self.median_ms >= USUAL_SHARE * self.timeout_ms:
            return Cause("its usual work takes nearly as long", Confidence.MEDIUM)
        usual = f"half of them take at most {self.median_ms / 1000:.1f} s"
        return Cause(f"some invocations wait for something slow: {usual}", Confidence.LOW)


def _finding(rule: str, part: InstalledFunction, near: _Near) -> Finding:
    limit, window = f"{part.timeout.total_seconds():g} s", near.query.window
    return Finding(
        id=rule,
        severity=Severity.FAIL if near.is_killed else Severity.WARN,
        subject=subject_of(part),
        title=f"{part.name} runs into its timeout of {limit}"
        if near.is_killed
        else f"{part.name} comes near its timeout of {limit}",
        evidence=Evidence(
            source=NAMESPACE,
            metric="Duration",
            statistic=near.query.statistic,
            value=round(near.value_ms, 1),
            threshold=round(near.threshold_ms, 1),
            unit="ms",
            window_start=window.start,
            window_end=window.end,
            query=near.query.command,
        ),
        impact="what is killed there leaves its work half done"
        if near.is_killed
        else "a little more work, and it is killed in the middle",
        cause=near.cause,
        action=_action(part, near.query),
    )


def _action(part: InstalledFunction, query: MetricQuery) -> Action:
    seconds = round(part.timeout.total_seconds())
    if part.timeout not in _CEILINGS:
        return Action(
            kind=ActionKind.FIX,
            command=configure_function(part.name, "--timeout", min(900, seconds * 3 // 2)),
            effect="it may run half as long again",
            setting=f"timeout_seconds of {part.name} in infra/components",
            rollback=configure_function(part.name, "--timeout", seconds),
        )
    if part.memory_mb < _LARGEST_MB:
        return Action(
            kind=ActionKind.FIX,
            command=configure_function(
                part.name, "--memory-size", min(_LARGEST_MB, part.memory_mb * 2)
            ),
            effect="its timeout cannot be raised; with more memory it gets more of a processor",
            setting=f"memory_mb of {part.name} in infra/components",
            rollback=configure_function(part.name, "--memory-size", part.memory_mb),
        )
    return Action(
        kind=ActionKind.LOOK,
        command=log_command(
            part.name,
            since=query.window.start,
            pattern=REPORT_PATTERNS[part.log_format],
        ),
        effect="neither timeout nor memory can be raised; shows which invocations were slow",
    )
