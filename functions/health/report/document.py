"""A report as application/health+json (draft-inadarei-api-health-check-06).

The format knows pass, warn and fail. What is unknown is told as warn, with `dataQuality`
`insufficient`: a reader that knows the format alone never takes it for well.
"""

import json
import math
from collections import defaultdict
from typing import Any

from health.findings.assessment import Assessment, Status
from health.findings.book_documents import resolution_document
from health.findings.documents import finding_document, time_text
from health.report.report import Report

CONTENT_TYPE = "application/health+json"
VERSION = "1"
_WORDS = {
    Status.PASS: "pass",
    Status.UNKNOWN: "warn",
    Status.WARN: "warn",
    Status.FAIL: "fail",
}
INSUFFICIENT = "insufficient"
_QUALITY = {True: INSUFFICIENT, False: "ok"}


def report_document(report: Report) -> dict[str, Any]:
    """All of a report; `checks` by rule, each with one entry per thing."""
    verdict = report.verdict
    document: dict[str, Any] = {
        "status": _WORDS[verdict.status],
        "verdict": verdict.status,
        "version": VERSION,
        "serviceId": report.installation,
        "time": time_text(report.at),
        "dataQuality": _QUALITY[verdict.unknown > 0 or verdict.assessed == 0],
        "notes": list(report.notes),
        "checks": _checks(report),
        "findings": [finding_document(finding) for finding in report.findings],
        "resolved": [resolution_document(each) for each in report.lately_resolved],
        "cost": {
            "estimate_usd_month": round(report.price.usd_month, 4),
            "parts": [
                {"what": line.what, "usd_month": round(line.usd_month, 4)}
                for line in report.price.lines
            ],
        },
    }
    if report.metrics_read_at:
        document["metricsReadAt"] = time_text(report.metrics_read_at)
    return document


def encode_document(document: dict[str, Any]) -> str:
    return json.dumps(document, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def status_word(status: Status) -> str:
    """The format's word for a status."""
    return _WORDS[status]


def _checks(report: Report) -> dict[str, list[dict[str, Any]]]:
    checks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for assessment in sorted(report.assessments, key=lambda a: (a.rule, a.subject)):
        checks[assessment.rule].append(_check(assessment, time_text(report.at)))
    return dict(checks)


def _check(assessment: Assessment, time: str) -> dict[str, Any]:
    check: dict[str, Any] = {
        "componentId": assessment.subject.name,
        "componentType": assessment.subject.kind,
        "status": _WORDS[assessment.status],
        "time": time,
    }
    if assessment.observed and _can_be_told(assessment.observed.value):
        check["observedValue"] = assessment.observed.value
        check["observedUnit"] = assessment.observed.unit
    if assessment.unknown_because:
        check |= {"output": assessment.unknown_because, "dataQuality": _QUALITY[True]}
    elif assessment.findings:
        check["output"] = "; ".join(finding.title for finding in assessment.findings)
    return check


def _can_be_told(value: float | str) -> bool:
    return isinstance(value, str) or math.isfinite(value)
