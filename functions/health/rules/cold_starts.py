"""How long a function takes to start, from its REPORT lines."""

from dataclasses import dataclass
from datetime import timedelta

from health.findings.assessment import Assessment, Observed, is_idle, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    DataQuality,
    Evidence,
    Finding,
    Severity,
)
from health.metrics.inventory import InstalledFunction
from health.metrics.invocations import Invocations
from health.metrics.log_groups import REPORT_PATTERNS
from health.rules.commands import configure_function, log_command
from health.rules.lambda_metrics import subject_of

# Lambda gives an initialisation so long, then breaks it off and starts it again.
LIMIT = timedelta(seconds=10)
WARN_SHARE = 0.8
_LARGEST_MB = 10_240


@dataclass(frozen=True, slots=True)
class ColdStartRule:
    """Implements ReportRule. While nothing starts there is nothing to judge."""

    name: str = "lambda.cold_start"

    def assess(self, part: InstalledFunction, invocations: Invocations) -> Assessment:
        found = invocations.with_memory(part.memory_mb)
        slowest_ms, subject = found.slowest_start_ms, subject_of(part)
        if slowest_ms is None:
            return (
                is_unknown(self.name, subject, found.lacks)
                if found.lacks
                else is_idle(self.name, subject)
            )
        observed = Observed(slowest_ms, "ms")
        if slowest_ms >= WARN_SHARE * (LIMIT / timedelta(milliseconds=1)):
            finding = _finding(self.name, part, found, slowest_ms)
            return Assessment(
                rule=self.name, subject=subject, observed=observed, findings=(finding,)
            )
        if found.lacks:
            return is_unknown(self.name, subject, found.lacks)
        return is_well(self.name, subject, observed)


def _finding(rule: str, part: InstalledFunction, found: Invocations, slowest_ms: float) -> Finding:
    larger_mb = min(_LARGEST_MB, part.memory_mb * 2)
    pattern = REPORT_PATTERNS[part.log_format]
    return Finding(
        id=rule,
        severity=Severity.WARN,
        subject=subject_of(part),
        title=f"{part.name} takes {slowest_ms / 1000:.1f} s to start",
        evidence=Evidence(
            source="REPORT lines",
            metric="Init Duration",
            statistic="Maximum",
            value=slowest_ms,
            threshold=WARN_SHARE * (LIMIT / timedelta(milliseconds=1)),
            unit="ms",
            samples=len(found.reports),
            window_start=found.start,
            window_end=found.end,
            query=log_command(part.name, since=found.start, pattern=pattern),
        ),
        impact=f"a start of {LIMIT.total_seconds():g} s is broken off and begins again",
        cause=Cause(
            "it imports too much, or byte code is missing from its package", Confidence.LOW
        ),
        action=Action(
            kind=ActionKind.FIX,
            command=configure_function(part.name, "--memory-size", larger_mb),
            effect="it gets more of a processor to start with",
            setting=f"memory_mb of {part.name} in infra/components",
            rollback=configure_function(part.name, "--memory-size", part.memory_mb),
        ),
        quality=DataQuality.PARTIAL if found.lacks else DataQuality.OK,
    )
