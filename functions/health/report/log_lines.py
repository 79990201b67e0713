"""A report as lines of the log: one with its metrics, and one for each finding that came or went.

Three metrics and one dimension, since each is paid for; an alarm needs no more.
"""

import json
from collections.abc import Iterator
from typing import Any

from health.findings.documents import finding_document
from health.report.report import Report
from hoist.runtime.emf import Metric, Unit, emf_line

NAMESPACE = "Hoist"
INSTALLATION_DIMENSION = "Installation"
FAILING_METRIC = "HealthFailures"
WARNING_METRIC = "HealthWarnings"
UNKNOWN_METRIC = "HealthUnknowns"
METRIC_NAMES = (FAILING_METRIC, WARNING_METRIC, UNKNOWN_METRIC)


def log_lines(report: Report) -> Iterator[str]:
    """The lines, without their ends."""
    verdict = report.verdict
    yield emf_line(
        NAMESPACE,
        at=report.at,
        dimensions={INSTALLATION_DIMENSION: report.installation},
        metrics=[
            Metric(FAILING_METRIC, verdict.failing, Unit.COUNT),
            Metric(WARNING_METRIC, verdict.warning, Unit.COUNT),
            Metric(UNKNOWN_METRIC, verdict.unknown, Unit.COUNT),
        ],
        properties={
            "event": "health_looked",
            "verdict": verdict.status,
            "assessed": verdict.assessed,
            "price_usd_month": round(report.price.usd_month, 4),
            "notes": list(report.notes),
        },
    )
    for finding in report.opened:
        yield _event("finding_opened", finding_document(finding))
    for resolution in report.resolved:
        yield _event(
            "finding_resolved",
            {**finding_document(resolution.finding), "because": resolution.because},
        )


def _event(name: str, facts: dict[str, Any]) -> str:
    return json.dumps({"event": name, **facts}, allow_nan=False, separators=(",", ":"))
