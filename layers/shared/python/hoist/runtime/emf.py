"""CloudWatch's embedded metric format: a log line that CloudWatch Logs turns into metrics.

Our own, since Powertools' writer costs a cold start more than psutil does, keeps one set of metrics
for the whole process, and writes NaN as no JSON parser reads it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_METRICS = 100
"""As many as CloudWatch takes from one line."""


class Unit(StrEnum):
    """Units as CloudWatch spells them."""

    PERCENT = "Percent"
    COUNT = "Count"
    BYTES = "Bytes"
    MILLISECONDS = "Milliseconds"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number that CloudWatch keeps, and charges for by name and dimensions."""

    name: str
    value: float
    unit: Unit


def emf_line(
    namespace: str,
    *,
    at: datetime,
    dimensions: Mapping[str, str],
    metrics: Sequence[Metric],
    properties: Mapping[str, Any],
) -> str:
    """The line, without its end. `properties` are in the log alone: they cost no metric.

    A metric that is no number is left out; without any left it is a plain log line. No property
    can take the place of a metric or a dimension. Raises ValueError above MAX_METRICS, and for a
    property that JSON has no word for, such as NaN.
    """
    if len(metrics) > MAX_METRICS:
        raise ValueError(f"CloudWatch takes {MAX_METRICS} metrics from a line")
    kept = [metric for metric in metrics if math.isfinite(metric.value)]
    document = {
        **properties,
        **dimensions,
        **{metric.name: metric.value for metric in kept},
    }
    document.pop("_aws", None)
    if kept:
        document["_aws"] = _directive(namespace, at, dimensions, kept)
    return json.dumps(document, allow_nan=False, separators=(",", ":"))


def _directive(
    namespace: str, at: datetime, dimensions: Mapping[str, str], metrics: Sequence[Metric]
) -> Mapping[str, Any]:
    return {
        "Timestamp": int(at.timestamp() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": namespace,
                "Dimensions": [list(dimensions)],
                "Metrics": [{"Name": metric.name, "Unit": metric.unit} for metric in metrics],
            }
        ],
    }
