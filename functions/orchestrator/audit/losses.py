"""Tells of what the audit lacks: a line of the function's log, and a metric with it."""

from datetime import datetime

from hoist.runtime.emf import Metric, Unit, emf_line
from hoist.runtime.observation import FUNCTION_DIMENSION, NAMESPACE
from orchestrator.audit.trail import Loss

METRIC = "AuditEntriesLost"
"""Charged for only in an hour that has one."""


def loss_line(loss: Loss, *, at: datetime, function: str) -> str:
    """One line. Without a function, as outside of Lambda, it has no metric."""
    return emf_line(
        NAMESPACE,
        at=at,
        dimensions={FUNCTION_DIMENSION: function} if function else {},
        metrics=[Metric(METRIC, 1, Unit.COUNT)] if function else [],
        properties={
            "event": "audit_entry_lost",
            "chain": loss.chain,
            "operation": loss.operation,
            "code": loss.error.code,
            "error": loss.error.message,
        },
    )
