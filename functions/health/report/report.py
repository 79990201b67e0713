"""The facts of one look, for every way of telling them."""

from dataclasses import dataclass
from datetime import datetime

from health.findings.assessment import Assessment
from health.findings.book import Resolution
from health.findings.finding import Finding
from health.findings.verdict import Verdict
from health.report.price import MonthlyPrice


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How an installation is."""

    installation: str
    at: datetime
    verdict: Verdict
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]
    """All that are open, worst first."""
    opened: tuple[Finding, ...] = ()
    """Those that the last look did not know."""
    resolved: tuple[Resolution, ...] = ()
    """Those that the last look still had."""
    lately_resolved: tuple[Resolution, ...] = ()
    """Those of the last day, those of this look included."""
    metrics_read_at: datetime | None = None
    """None if this look needed no metrics."""
    price: MonthlyPrice = MonthlyPrice(())
    notes: tuple[str, ...] = ()
    """What the look itself could not do."""
