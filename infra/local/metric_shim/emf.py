"""CloudWatch's embedded metric format, read as its specification has it.

A line is taken whole or not at all: what is not in the format makes no metric, as on AWS.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local.metric_shim.occurrence import Datum, Dimensions, MetricId, Occurrence

MAX_METRICS = 100
MAX_VALUES = 100
MAX_DIMENSIONS = 30
# As long as an event of CloudWatch Logs may be.
MAX_LINE = 1024 * 1024
_MAX_NAME = 1024
_SIZES = (
    "Bytes",
    "Bits",
    *(f"{many}{of}" for many in ("Kilo", "Mega", "Giga", "Tera") for of in ("bytes", "bits")),
)
_UNITS = frozenset(
    {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"}
    | {*_SIZES, *(f"{size}/Second" for size in _SIZES)}
)

Document = Mapping[str, Any]


def parse_emf(line: str) -> tuple[Occurrence, ...]:
    """What a line tells, one occurrence per set of dimensions; none for any other line."""
    if not line.startswith("{") or '"_aws"' not in line or len(line) > MAX_LINE:
        return ()
    try:
        document = json.loads(line, parse_constant=_refuse_constant)
        return tuple(_occurrences(document))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return ()


def _occurrences(document: Document) -> Iterator[Occurrence]:
    metadata = document["_aws"]
    at = datetime.fromtimestamp(_milliseconds(metadata["Timestamp"]) / 1000, UTC)
    for directive in _list(metadata["CloudWatchMetrics"]):
        namespace = _name(directive["Namespace"])
        metrics = _list(directive["Metrics"], at_most=MAX_METRICS)
        for names in _list(directive["Dimensions"]):
            dimensions = _dimensions(document, names)
            data = [_datum(document, namespace, dimensions, metric) for metric in metrics]
            if data:
                yield Occurrence(at, tuple(data))


def _datum(document: Document, namespace: str, dimensions: Dimensions, metric: Document) -> Datum:
    name, unit = _name(metric["Name"]), metric.get("Unit", "None")
    if unit not in _UNITS:
        raise ValueError("no unit of CloudWatch's")
    told = document[name]
    values = _list(told, at_most=MAX_VALUES) if isinstance(told, list) else [told]
    if not values:
        raise ValueError("a metric without values")
    return Datum(MetricId(namespace, name, dimensions), tuple(map(_number, values)), unit)


def _dimensions(document: Document, names: object) -> Dimensions:
    chosen = _list(names, at_most=MAX_DIMENSIONS)
    pairs = {_name(name): _name(document[name]) for name in chosen}
    return tuple(sorted(pairs.items()))


def _list(value: object, *, at_most: int | None = None) -> Sequence[Any]:
    if not isinstance(value, list) or (at_most is not None and len(value) > at_most):
        raise TypeError("no list, or too long a one")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_NAME:
        raise TypeError("no name")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no number that CloudWatch takes")
    return number


def _milliseconds(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("no time")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
