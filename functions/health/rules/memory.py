"""A function's memory against what its invocations needed: too little, or paid for nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from health.findings.assessment import Assessment, Observed, is_idle, is_unknown
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
from health.rules.prices import memory_usd_month

LOOK_BACK = timedelta(days=1)
WARN_SHARE = 0.90
# Nothing is left of the rest: the next larger job is killed, without a traceback.
FAIL_SHARE = 0.98
# After the change the peak shall be at this share.
COMFORTABLE_SHARE = 0.70
# Less than this much used, in so many invocations, and worth so much a month, is worth telling.
IDLE_SHARE = 0.40
IDLE_SAMPLES = 50
WORTH_USD_MONTH = 0.05
_STEP_MB = 64
_SMALLEST_MB = 128
_LARGEST_MB = 10_240


@dataclass(frozen=True, slots=True)
class MemoryRule:
    """Implements ReportRule."""

    name: str = "lambda.memory"

    def assess(self, part: InstalledFunction, invocations: Invocations) -> Assessment:
        """Only what ran with the present memory counts. Too little is told of partial lines too:
        more of them could only make it worse.
        """
        subject, found = subject_of(part), invocations.with_memory(part.memory_mb)
        if not invocations.reports and not invocations.lacks and invocations.is_idle:
            return is_idle(self.name, subject)
        if not found.reports:
            because = found.lacks or "no invocation ended with its present memory"
            return is_unknown(self.name, subject, because)
        findings = tuple(_findings(self.name, part, found))
        is_judged = bool(findings) or not found.lacks
        return Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(found.peak_mb, "MB"),
            findings=findings,
            unknown_because="" if is_judged else found.lacks,
        )


def _findings(rule: str, part: InstalledFunction, found: Invocations) -> Iterator[Finding]:
    share = found.peak_mb / part.memory_mb
    if share >= WARN_SHARE:
        yield _too_little(rule, part, found, is_severe=share >= FAIL_SHARE)
    is_certain = not found.lacks and len(found.reports) >= IDLE_SAMPLES
    if share < IDLE_SHARE and is_certain and _change_usd_month(part, found) <= -WORTH_USD_MONTH:
        yield _too_much(rule, part, found)


def _too_little(
    rule: str, part: InstalledFunction, found: Invocations, *, is_severe: bool
) -> Finding:
    return Finding(
        id=f"{rule}.headroom",
        severity=Severity.FAIL if is_severe else Severity.WARN,
        subject=subject_of(part),
        title=f"{part.name} used {found.peak_mb} of its {part.memory_mb} MB",
        evidence=_evidence(part, found, FAIL_SHARE if is_severe else WARN_SHARE),
        impact="the next larger job is likely to be killed, without a traceback",
        cause=Cause("what it works on has grown", Confidence.MEDIUM),
        action=_action(part, found, "its peak would be at about 70 %"),
        quality=DataQuality.PARTIAL if found.lacks else DataQuality.OK,
    )


def _too_much(rule: str, part: InstalledFunction, found: Invocations) -> Finding:
    saving = -_change_usd_month(part, found)
    return Finding(
        id=f"{rule}.idle",
        severity=Severity.NOTE,
        subject=subject_of(part),
        title=f"{part.name} never used more than {found.peak_mb} of its {part.memory_mb} MB",
        evidence=_evidence(part, found, IDLE_SHARE),
        impact=f"about ${saving:.2f} a month is paid for memory that nothing is in",
        cause=Cause("it was sized before it ran", Confidence.MEDIUM),
        action=_action(
            part, found, "it gets less of a processor too: see that it does not take longer"
        ),
    )


def _evidence(part: InstalledFunction, found: Invocations, share: float) -> Evidence:
    return Evidence(
        source="REPORT lines",
        metric="Max Memory Used",
        statistic="Maximum",
        value=found.peak_mb,
        threshold=round(part.memory_mb * share),
        unit="MB",
        samples=len(found.reports),
        window_start=found.start,
        window_end=found.end,
        query=log_command(part.name, since=found.start, pattern=REPORT_PATTERNS[part.log_format]),
    )


def _action(part: InstalledFunction, found: Invocations, effect: str) -> Action:
    return Action(
        kind=ActionKind.FIX,
        command=configure_function(part.name, "--memory-size", comfortable_mb(found.peak_mb)),
        effect=effect,
        setting=f"memory_mb of {part.name} in infra/components",
        rollback=configure_function(part.name, "--memory-size", part.memory_mb),
        cost_change_usd_month=round(_change_usd_month(part, found), 2),
    )


def comfortable_mb(peak_mb: int) -> int:
    """A size, as Lambda sells them, that this peak fits into with room to spare."""
    steps = -(-peak_mb / COMFORTABLE_SHARE // _STEP_MB)
    return min(_LARGEST_MB, max(_SMALLEST_MB, round(steps) * _STEP_MB))


def _change_usd_month(part: InstalledFunction, found: Invocations) -> float:
    return memory_usd_month(
        comfortable_mb(found.peak_mb) - part.memory_mb,
        found.billed_seconds,
        over=found.end - found.start,
        architecture=part.architecture,
    )
