"""Lines in the embedded metric format, good, bad and made up."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.runtime.emf import Metric, Unit, emf_line
from local.metric_shim.emf import MAX_METRICS, MAX_VALUES, parse_emf
from local.metric_shim.occurrence import Datum, MetricId, Occurrence

AT = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)
# As Powertools writes it: values in a list, a property of its own beside them.
DOCUMENT: dict[str, Any] = {
    "_aws": {
        "Timestamp": 1772366400123,
        "CloudWatchMetrics": [
            {
                "Namespace": "Shop",
                "Dimensions": [["service"], ["service", "region"]],
                "Metrics": [{"Name": "Orders", "Unit": "Count"}, {"Name": "Weight"}],
            }
        ],
    },
    "service": "orders",
    "region": "eu",
    "Orders": [1.0, 2.0],
    "Weight": 0.5,
    "order_id": "17",
}


def changed(path: str, value: Any) -> str:
    """The document with one thing else."""
    document = json.loads(json.dumps(DOCUMENT))
    *way, last = path.split("/")
    place: Any = document
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return json.dumps(document)


def test_line_of_powertools_is_read() -> None:
    """Each set of dimensions is an occurrence with all metrics and their values."""
    first, second = parse_emf(json.dumps(DOCUMENT))

    service, region = ("service", "orders"), ("region", "eu")
    assert first == Occurrence(
        AT,
        (
            Datum(MetricId("Shop", "Orders", (service,)), (1.0, 2.0), "Count"),
            Datum(MetricId("Shop", "Weight", (service,)), (0.5,), "None"),
        ),
    )
    assert second.data[0].metric.dimensions == (region, service)


directive = "_aws/CloudWatchMetrics/0"


@pytest.mark.parametrize(
    "line",
    [
        changed("_aws/Timestamp", "1772366400123"),
        changed("_aws/Timestamp", -1),
        changed("_aws/Timestamp", True),
        changed("_aws/Timestamp", 10**30),
        changed(f"{directive}/Namespace", ""),
        changed(f"{directive}/Dimensions", ["service"]),
        changed(f"{directive}/Dimensions/0", ["absent"]),
        changed(f"{directive}/Dimensions/0", ["service"] * 31),
        changed(f"{directive}/Metrics/0/Unit", "Furlongs"),
        changed(f"{directive}/Metrics/0/Name", "Absent"),
        changed(f"{directive}/Metrics", [{"Name": "Orders"}] * (MAX_METRICS + 1)),
        changed("service", 5),
        changed("Orders", "1"),
        changed("Orders", True),
        changed("Orders", []),
        changed("Orders", [1.0, None]),
        changed("Orders", [1.0] * (MAX_VALUES + 1)),
        changed("Orders", 10**400),
        changed("Orders", math.nan),
        changed("Orders", math.inf),
        "[" * 100_000 + '"_aws"',
        '{"_aws"' + "[" * 100_000,
        '{"_aws": 5}',
        '{"about": "_aws"}',
        '{"level": "INFO", "message": "hello"}',
        'START RequestId: 1 "_aws"',
        "",
    ],
)
def test_other_lines_make_no_metric(line: str) -> None:
    """What is not in the format, in whichever part of it, makes nothing at all."""
    assert parse_emf(line) == ()


_names = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20)
_numbers = st.floats(allow_nan=False, allow_infinity=False)
_values = st.builds(Metric, name=_names, value=_numbers, unit=st.sampled_from(Unit))


@given(
    namespace=_names,
    at=st.integers(0, 4 * 10**12).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC)),
    metrics=st.lists(_values, min_size=1, max_size=5, unique_by=lambda metric: metric.name),
    dimensions=st.dictionaries(_names.map("d".__add__), _names, max_size=3),
)
def test_what_our_functions_write_is_read_back(
    namespace: str, at: datetime, metrics: list[Metric], dimensions: dict[str, str]
) -> None:
    """Every line of the product's own writer is read as it was meant."""
    metrics = [metric for metric in metrics if metric.name not in dimensions]
    line = emf_line(namespace, at=at, dimensions=dimensions, metrics=metrics, properties={})

    told = [datum for occurrence in parse_emf(line) for datum in occurrence.data]

    keys = tuple(sorted(dimensions.items()))
    assert told == [
        Datum(MetricId(namespace, metric.name, keys), (metric.value,), metric.unit)
        for metric in metrics
    ]


_leaves = st.none() | st.booleans() | st.integers() | st.floats() | _names
_trees = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3)
)


@given(
    path=st.sampled_from(["_aws", "_aws/Timestamp", directive, "service", "Orders"]), tree=_trees
)
def test_nothing_in_a_line_is_an_error(path: str, tree: Any) -> None:
    """Whatever stands in any part of a line, it is read or left out, and every number is one."""
    for occurrence in parse_emf(changed(path, tree)):
        assert all(math.isfinite(value) for datum in occurrence.data for value in datum.values)


@given(st.text())
def test_any_text_is_some_line(text: str) -> None:
    """No text is an error."""
    assert parse_emf('{"_aws"' + text) == ()
