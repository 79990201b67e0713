"""What a sample costs in metrics, whatever it says."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_samplers import SayingSource, lambda_environment, measured, sampler_with
from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source
from hoist.runtime.observation import METRIC_NAMES, NAMESPACE, observation_line

said = st.lists(
    st.builds(
        measured,
        st.sampled_from(Quantity),
        st.floats() | st.integers(0, 2**40).map(float),
        st.sampled_from(Source),
        st.sampled_from(Confidence),
        out_of=st.none() | st.floats(0, 2**40) | st.just(math.inf),
    ),
    max_size=12,
)


def line_about(
    measurements: list[Measurement], *, function: str = "hoist-test-health", request_id: str = ""
) -> str:
    environment = lambda_environment(AWS_LAMBDA_FUNCTION_NAME=function)
    sampler = sampler_with(SayingSource(tuple(measurements)), environment=environment)
    return observation_line(sampler.take(), function=function, request_id=request_id)


def strictly_read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text, parse_constant=lambda _: pytest.fail("not JSON"))
    return document


@given(said, st.text(max_size=40))
def test_no_source_and_no_request_makes_a_series(
    measurements: list[Measurement], request_id: str
) -> None:
    """Whatever sources say, NaN included, and whatever the request: a function has at most the two
    documented metrics, in its one dimension, and they are numbers.
    """
    document = strictly_read(line_about(measurements, request_id=request_id))

    for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
        assert directive["Namespace"] == NAMESPACE
        assert directive["Dimensions"] == [["FunctionName"]]
        assert {each["Name"] for each in directive["Metrics"]} <= set(METRIC_NAMES)
        assert all(math.isfinite(document[each["Name"]]) for each in directive["Metrics"])
    assert document["FunctionName"] == "hoist-test-health"
    assert document["request_id"] == request_id


@given(said)
def test_every_number_has_its_source(measurements: list[Measurement]) -> None:
    """Each number of a line says who told it and how far to trust it; what is not told has none."""
    document = strictly_read(line_about(measurements))

    told = {quantity for quantity in Quantity if quantity in document}
    assert document["sources"].keys() == told
    confidences = {confidence.name.lower() for confidence in Confidence}
    for text in document["sources"].values():
        source, confidence = text.rsplit(", ", 1)
        assert source in set(Source)
        assert confidence in confidences


@given(said)
def test_outside_of_lambda_nothing_is_charged(measurements: list[Measurement]) -> None:
    """Without a function there is no metric at all."""
    document = strictly_read(line_about(measurements, function=""))

    assert document.keys().isdisjoint({"_aws", "FunctionName", *METRIC_NAMES})
