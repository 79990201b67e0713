"""Lines that CloudWatch takes metrics from."""

import json
import math
from typing import Any

import pytest
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from hypothesis import given
from hypothesis import strategies as st

from health_samplers import NOON
from hoist.runtime.emf import MAX_METRICS, Metric, Unit, emf_line


def line(*metrics: Metric, **properties: Any) -> str:
    return emf_line(
        "Hoist", at=NOON, dimensions={"FunctionName": "f"}, metrics=metrics, properties=properties
    )


def test_line_is_as_powertools_writes_it() -> None:
    """Powertools, asked for the same metric, makes the same document."""
    theirs = EphemeralMetrics(namespace="Hoist")
    theirs.add_dimension("FunctionName", "f")
    theirs.add_metric("MemoryUsed", MetricUnit.Percent, 12.5)
    theirs.add_metadata("request_id", "r-1")
    expected = json.loads(json.dumps(theirs.serialize_metric_set()))

    ours = json.loads(line(Metric("MemoryUsed", 12.5, Unit.PERCENT), request_id="r-1"))

    # Powertools makes a list of each value, and takes the present time.
    expected["MemoryUsed"] = expected["MemoryUsed"][0]
    expected["_aws"]["Timestamp"] = int(NOON.timestamp() * 1000)
    assert ours == expected


@given(st.lists(st.floats(), max_size=5))
def test_line_is_strict_json(values: list[float]) -> None:
    """Whatever the numbers, the line is JSON without NaN, and names exactly the metrics it has."""
    metrics = [Metric(f"m{number}", value, Unit.COUNT) for number, value in enumerate(values)]

    document = json.loads(line(*metrics), parse_constant=lambda _: pytest.fail("not JSON"))

    named = {
        metric["Name"]
        for directive in document.get("_aws", {}).get("CloudWatchMetrics", [])
        for metric in directive["Metrics"]
    }
    assert named == {each.name for each in metrics if math.isfinite(each.value)}
    assert named <= document.keys()


@pytest.mark.parametrize("value", [math.nan, math.inf, [1.0, {"deep": -math.inf}]])
def test_property_that_is_no_json_is_refused(value: object) -> None:
    """Rather than to write NaN, which no JSON parser reads, the line is not made."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        line(price=value)


@given(
    st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["_aws", "m0", "m1", "FunctionName"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.text()),
        max_size=6,
    ),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=3),
)
def test_properties_add_no_metric_and_no_dimension(
    properties: dict[str, Any], values: list[float]
) -> None:
    """Whatever the properties, the line is one line whose metrics, dimension and values are those
    that were asked for.
    """
    metrics = [Metric(f"m{number}", value, Unit.COUNT) for number, value in enumerate(values)]

    text = emf_line(
        "Hoist", at=NOON, dimensions={"FunctionName": "f"}, metrics=metrics, properties=properties
    )

    document = json.loads(text)
    assert "\n" not in text
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["FunctionName"]]
    assert [each["Name"] for each in directive["Metrics"]] == [each.name for each in metrics]
    assert [document[each.name] for each in metrics] == values
    assert document["FunctionName"] == "f"


def test_no_property_takes_a_metrics_place() -> None:
    """A property with the name of a metric or of the directive gives way."""
    document = json.loads(line(Metric("MemoryUsed", 1.0, Unit.PERCENT), MemoryUsed="x", _aws="y"))

    assert document["MemoryUsed"] == 1.0
    assert document["_aws"]["CloudWatchMetrics"]


def test_line_without_numbers_is_a_plain_one() -> None:
    """Without a metric there is no directive, which CloudWatch would find broken."""
    assert json.loads(line(Metric("m", math.nan, Unit.COUNT), a=1)) == {"a": 1, "FunctionName": "f"}


def test_too_many_metrics_are_refused() -> None:
    """More metrics than CloudWatch takes from a line are a fault of the caller."""
    with pytest.raises(ValueError, match="100"):
        line(*[Metric(f"m{number}", 1.0, Unit.COUNT) for number in range(MAX_METRICS + 1)])
