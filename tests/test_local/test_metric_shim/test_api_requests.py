"""Requests from the lines of the API's log."""

import io
import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from local.metric_shim.api_requests import requests_of
from local.metric_shim.lambda_lines import LogEvent
from local.metric_shim.occurrence import Occurrence
from orchestrator.http_api.log import PowertoolsLog

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FUNCTION = "hoist-dev-orchestrator-api"
LINE = {"message": "request", "status": 200, "milliseconds": 12.5}


def read(*lines: str, function: str = FUNCTION) -> list[Occurrence]:
    return list(requests_of(function, [LogEvent(AT, line) for line in lines]))


def line(**changed: Any) -> str:
    return json.dumps({**LINE, **changed})


def test_what_the_api_writes_is_read() -> None:
    """The line of the API's own log is a request to the API of the same installation."""
    written = io.StringIO()
    log = PowertoolsLog(Logger(service="orchestrator-api", stream=written))
    log.tell("request", method="GET", status=404, milliseconds=3.5)

    (occurrence,) = read(written.getvalue())

    assert occurrence.at == AT
    assert {datum.metric.name: datum.values for datum in occurrence.data} == {
        "Count": (1,),
        "4XXError": (1,),
        "5XXError": (0,),
        "Latency": (3.5,),
    }
    assert {datum.metric.dimensions for datum in occurrence.data} == {
        (("ApiName", "hoist-dev-api"),)
    }


@pytest.mark.parametrize(
    ("status", "refused", "failed"), [(200, 0, 0), (302, 0, 0), (403, 1, 0), (503, 0, 1)]
)
def test_families_of_answers_are_told_apart(status: int, refused: int, failed: int) -> None:
    """Both error counts are told each time, be they zero."""
    (occurrence,) = read(line(status=status))

    values = {datum.metric.name: datum.values[0] for datum in occurrence.data}
    assert (values["4XXError"], values["5XXError"]) == (refused, failed)


def test_other_functions_answer_no_requests() -> None:
    """The same line in another function's log is none of the API's."""
    assert read(line(), function="hoist-dev-orchestrator-worker") == []


@pytest.mark.parametrize(
    "other",
    [
        "START RequestId: 1 Version: $LATEST",
        '{"message": "lost_doorbells_rung", "about": "request"}',
        '{"message": "request"}',
        line(status="many"),
        line(milliseconds=None),
        line(milliseconds=math.nan),
        line(status=math.inf),
        '{"request"' + "[" * 100_000,
    ],
)
def test_other_lines_are_no_requests(other: str) -> None:
    """What is no whole request makes no metric."""
    assert read(other) == []


@given(st.text())
def test_any_text_is_some_line(text: str) -> None:
    """No text is an error."""
    assert read('{"request"' + text) == []


_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none())


@given(name=st.sampled_from(sorted(LINE)), value=_values)
def test_every_number_is_one(name: str, value: Any) -> None:
    """Whatever stands in a request, it is left out or all its numbers are finite."""
    for occurrence in read(line(**{name: value})):
        assert all(math.isfinite(value) for datum in occurrence.data for value in datum.values)
