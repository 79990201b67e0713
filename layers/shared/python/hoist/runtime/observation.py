"""A sample as a log line: two metrics, and everything else as properties that cost nothing.

CloudWatch gives ten metrics away and charges for each name in each function after that: two of each
of four functions, with those of health itself, are hardly more.
"""

from typing import Any

from hoist.runtime.emf import Metric, Unit, emf_line
from hoist.runtime.sample import RuntimeSample

NAMESPACE = "Hoist"
FUNCTION_DIMENSION = "FunctionName"
"""As in AWS/Lambda, so that both stand side by side on a dashboard."""
MEMORY_METRIC = "MemoryUsed"
TMP_METRIC = "TmpUsed"
METRIC_NAMES = (MEMORY_METRIC, TMP_METRIC)
"""In percent of what the function has."""


def observation_line(sample: RuntimeSample, *, function: str, request_id: str) -> str:
    """One line of one invocation. Without a function, as outside of Lambda, it has no metrics."""
    shares = {MEMORY_METRIC: sample.memory_share, TMP_METRIC: sample.tmp_share}
    return emf_line(
        NAMESPACE,
        at=sample.taken_at,
        dimensions={FUNCTION_DIMENSION: function} if function else {},
        metrics=[
            Metric(name, share * 100, Unit.PERCENT)
            for name, share in shares.items()
            if share is not None and function
        ],
        properties=_properties(sample, request_id),
    )


def _properties(sample: RuntimeSample, request_id: str) -> dict[str, Any]:
    measured = sample.measurements.values()
    return {
        "event": "runtime_sample",
        "request_id": request_id,
        "cold_start": sample.is_cold_start,
        "initialization": sample.initialization,
        **{each.quantity: round(each.value, 3) for each in measured},
        "sources": {
            each.quantity: f"{each.source}, {each.confidence.name.lower()}" for each in measured
        },
        "dropped": [str(each) for each in sample.dropped],
    }
