"""A report for a person: the verdict first, then findings worst first, each with its command.

hoist-dev fails: 1 failure, 2 warnings; 3 of 24 checks could not tell.

FAIL  hoist-dev-worker gets no messages: its mapping is disabled
      mapping hoist-dev-worker/1f3c..., for 12 min
  seen    State is Disabled, should be Enabled
  means   runs are accepted and nobody works on them
  likely  somebody switched it off (high confidence)
  do      messages are handed over again, within a minute
          aws lambda update-event-source-mapping --uuid 1f3c... --enabled
"""

from collections import defaultdict
from collections.abc import Iterator

from health.findings.assessment import Status
from health.findings.finding import ActionKind, DataQuality, Evidence, Finding
from health.findings.verdict import Verdict
from health.report.ages import age_text
from health.report.report import Report

_SAYS = {
    Status.PASS: "is well",
    Status.UNKNOWN: "may be well: not everything could be told",
    Status.WARN: "works, and should be looked at",
    Status.FAIL: "fails",
}
_WORTH = {
    DataQuality.PARTIAL: "; some data were missing",
    DataQuality.STALE: "; not confirmed this time",
}
_LABEL_WIDTH = 8


def report_text(report: Report) -> str:
    """Lines without colours, ending in one newline."""
    blocks = [[_headline(report)]]
    blocks += [list(_finding_lines(finding, report)) for finding in report.findings]
    blocks += [list(_unknown_lines(report)), list(_resolved_lines(report)), list(report.notes)]
    blocks.append([_price_line(report)] if report.price.lines else [])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _headline(report: Report) -> str:
    verdict = report.verdict
    counts = [
        _counted(verdict.failing, "failure"),
        _counted(verdict.warning, "warning"),
    ]
    told = ", ".join(count for count in counts if count)
    first = f"{report.installation} {_SAYS[verdict.status]}" + (f": {told}" if told else "")
    return f"{first}{_not_told(verdict)}."


def _not_told(verdict: Verdict) -> str:
    if not verdict.assessed:
        return "; nothing was looked at"
    if not verdict.unknown:
        return f"; {_counted(verdict.assessed, 'check')}"
    return f"; {verdict.unknown} of {_counted(verdict.assessed, 'check')} could not tell"


def _counted(count: int, noun: str) -> str:
    if not count:
        return ""
    return f"{count} {noun}" + ("s" if count > 1 else "")


def _finding_lines(finding: Finding, report: Report) -> Iterator[str]:
    action = finding.action
    age = f", for {age_text(report.at - finding.first_seen)}" if finding.first_seen else ""
    yield f"{finding.severity.upper():<5} {finding.title}"
    yield f"      {finding.subject}{age}{_WORTH.get(finding.quality, '')}"
    yield _row("seen", _seen(finding.evidence))
    yield _row("means", finding.impact)
    yield _row("likely", f"{finding.cause.text} ({finding.cause.confidence} confidence)")
    yield _row("do" if action.kind is ActionKind.FIX else "look", action.effect)
    yield _row("", action.command)
    if action.setting:
        yield _row("keep", action.setting)
    if action.rollback:
        yield _row("undo", action.rollback)
    if action.cost_change_usd_month:
        yield _row("cost", _cost(action.cost_change_usd_month))


def _row(label: str, text: str) -> str:
    return f"  {label:<{_LABEL_WIDTH}}{text}"


def _seen(evidence: Evidence) -> str:
    statistic = f"{evidence.statistic} of " if evidence.statistic else ""
    unit = f" {evidence.unit}" if evidence.unit else ""
    sentence = f"{statistic}{evidence.metric} is {evidence.value}{unit}"
    sentence += f" (threshold {evidence.threshold}{unit})"
    if evidence.samples is not None:
        sentence += f", {evidence.samples} samples"
    if evidence.window_start and evidence.window_end:
        start, end = evidence.window_start, evidence.window_end
        sentence += f", {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    return sentence


def _cost(usd_month: float) -> str:
    sign = "+" if usd_month > 0 else "-"
    return f"{sign}${abs(usd_month):.2f} a month at list price"


def _unknown_lines(report: Report) -> Iterator[str]:
    """Things that lack the same share a line."""
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    for assessment in sorted(report.assessments, key=lambda a: (a.subject, a.rule)):
        if assessment.unknown_because:
            key = (str(assessment.subject), assessment.unknown_because)
            rules[key].append(assessment.rule)
    if rules:
        yield "Not known"
    for (subject, because), names in rules.items():
        yield f"  {subject}: {because} ({', '.join(names)})"


def _resolved_lines(report: Report) -> Iterator[str]:
    if report.lately_resolved:
        yield "Resolved within a day"
    for resolution in reversed(report.lately_resolved):
        ago = age_text(report.at - resolution.resolved_at)
        yield f"  {ago} ago  {resolution.finding.title}"


def _price_line(report: Report) -> str:
    parts = "; ".join(f"{line.what} ${line.usd_month:.2f}" for line in report.price.lines)
    return f"Health itself costs about ${report.price.usd_month:.2f} a month: {parts}."
