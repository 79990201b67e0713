"""The REST API as its callers see it: refusals, failures, and how long they wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from health.findings.assessment import Assessment, Observed, is_idle, is_unknown
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
from health.metrics.query import P99, SUM, Metric, MetricQuery
from health.metrics.series import Readings
from health.metrics.windows import window_before
from health.rules.burn_rates import Counts
from health.rules.commands import commands_of, log_command

NAMESPACE = "AWS/ApiGateway"
FAIL_SHARE = 0.10
WARN_SHARE = 0.01
MIN_FAILURES = 3
# Callers make mistakes; when every other request is one, a client is broken.
REFUSED_SHARE = 0.5
MIN_REFUSALS = 50
# Half of what API Gateway waits for an answer.
SLOW_MS = 14_500
_LENGTH = timedelta(hours=1)
_PERIOD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class InstalledApi:
    """A REST API by its name, which is what its metrics go by, and the function behind it."""

    name: str
    function: str


@dataclass(frozen=True, slots=True)
class RestApi:
    """Implements Rule for REST APIs."""

    name: str = "api.requests"

    def queries(self, part: InstalledApi, now: datetime) -> Sequence[MetricQuery]:
        window = window_before(now, length=_LENGTH, period=_PERIOD)
        asked = (("Count", SUM), ("5XXError", SUM), ("4XXError", SUM), ("Latency", P99))
        dimensions = (("ApiName", part.name),)
        return [MetricQuery(Metric(NAMESPACE, name, dimensions), of, window) for name, of in asked]

    def assess(self, part: InstalledApi, now: datetime, readings: Readings) -> Assessment:
        queries = self.queries(part, now)
        count, failed, refused, latency = (readings.of(query) for query in queries)
        subject = Subject(SubjectKind.API, part.name)
        if all(series.is_silent for series in (count, failed, refused, latency)):
            return is_idle(self.name, subject)
        lacks = count.lacks or failed.lacks or refused.lacks or latency.lacks
        if lacks or count.total == 0:
            because = lacks or "nothing tells whether anybody asked it in the last hour"
            return is_unknown(self.name, subject, because)
        if failed.is_empty or refused.is_empty or latency.maximum is None:
            return is_unknown(self.name, subject, "nothing tells how its requests went")
        look = _Look(part, subject, queries)
        findings = (
            *look.failures(Counts(count.total, failed.total)),
            *look.refusals(Counts(count.total, refused.total)),
            *look.slowness(latency.maximum, round(count.total)),
        )
        observed = Observed(failed.total / count.total, "share")
        return Assessment(rule=self.name, subject=subject, observed=observed, findings=findings)


@dataclass(frozen=True, slots=True)
class _Look:
    """One API's findings, each from its own numbers."""

    part: InstalledApi
    subject: Subject
    queries: Sequence[MetricQuery]

    def failures(self, counts: Counts) -> Iterator[Finding]:
        if counts.bad < MIN_FAILURES or counts.bad_share < WARN_SHARE:
            return
        is_severe = counts.bad_share >= FAIL_SHARE
        yield Finding(
            id="api.failures",
            severity=Severity.FAIL if is_severe else Severity.WARN,
            subject=self.subject,
            title=f"{counts.bad_share:.1%} of the requests to {self.part.name} end with 5xx",
            evidence=self._share(1, counts, FAIL_SHARE if is_severe else WARN_SHARE),
            impact="callers are told that it failed, and do not know whether it was done",
            cause=Cause("the function fails, is throttled or takes too long", Confidence.MEDIUM),
            action=self._look("{ $.status >= 500 }"),
        )

    def refusals(self, counts: Counts) -> Iterator[Finding]:
        if counts.bad < MIN_REFUSALS or counts.bad_share < REFUSED_SHARE:
            return
        yield Finding(
            id="api.refusals",
            severity=Severity.NOTE,
            subject=self.subject,
            title=f"{counts.bad_share:.0%} of the requests to {self.part.name} are refused (4xx)",
            evidence=self._share(2, counts, REFUSED_SHARE),
            impact="somebody's client asks for what it does not get, again and again",
            cause=Cause("a client with old credentials, or a stranger", Confidence.LOW),
            action=self._look("{ $.status >= 400 && $.status < 500 }"),
        )

    def slowness(self, p99_ms: float, samples: int) -> Iterator[Finding]:
        if p99_ms < SLOW_MS:
            return
        query = self.queries[3]
        yield Finding(
            id="api.latency",
            severity=Severity.WARN,
            subject=self.subject,
            title=f"The slowest requests to {self.part.name} take {p99_ms / 1000:.1f} s",
            evidence=Evidence(
                source=NAMESPACE,
                metric="Latency",
                statistic=P99,
                value=round(p99_ms, 1),
                threshold=SLOW_MS,
                unit="ms",
                samples=samples,
                window_start=query.window.start,
                window_end=query.window.end,
                query=query.command,
            ),
            impact="after 29 s API Gateway gives up, and the caller is told 504",
            cause=Cause("a large stack, or a slow store", Confidence.LOW),
            action=self._look("{ $.milliseconds > 5000 }"),
        )

    def _share(self, index: int, counts: Counts, threshold: float) -> Evidence:
        query = self.queries[index]
        return Evidence(
            source=NAMESPACE,
            metric=f"{query.metric.name} / Count",
            statistic=SUM,
            value=round(counts.bad_share, 4),
            threshold=threshold,
            samples=round(counts.total),
            window_start=query.window.start,
            window_end=query.window.end,
            query=commands_of(query, self.queries[0]),
        )

    def _look(self, pattern: str) -> Action:
        start = self.queries[0].window.start
        return Action(
            kind=ActionKind.LOOK,
            command=log_command(self.part.function, since=start, pattern=pattern),
            effect="shows these requests, one line each",
        )
