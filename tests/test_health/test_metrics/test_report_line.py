"""REPORT lines, and what is none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.metrics.report_line import Report, parse_report

TEXT = (
    "REPORT RequestId: 3f8b0c1e-0000-4000-8000-000000000000\tDuration: 12.04 ms\t"
    "Billed Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 87 MB\t"
)
RECORD = {
    "time": "2026-03-01T12:00:00.000Z",
    "type": "platform.report",
    "record": {
        "requestId": "3f8b0c1e",
        "status": "success",
        "metrics": {
            "durationMs": 12.04,
            "billedDurationMs": 13,
            "memorySizeMB": 512,
            "maxMemoryUsedMB": 87,
        },
    },
}


@pytest.mark.parametrize("line", [TEXT, json.dumps(RECORD)])
def test_both_forms_say_the_same(line: str) -> None:
    """Text and JSON give the same report."""
    assert parse_report(line) == Report(12.04, 13, 512, 87)


def test_cold_start_is_told() -> None:
    """The line of a cold start has its initialisation, too."""
    report = parse_report(TEXT + "Init Duration: 402.11 ms\t")

    assert report is not None
    assert report.init_ms == 402.11


def test_timeout_and_trace_change_nothing() -> None:
    """What Lambda adds for timeouts and traces is no number of ours."""
    line = TEXT + "\nXRAY TraceId: 1-5759e988\tSegmentId: 1f2e\tSampled: true\tStatus: timeout"

    assert parse_report(line) == Report(12.04, 13, 512, 87)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "START RequestId: 3f8b0c1e Version: $LATEST",
        "REPORT RequestId: 3f8b0c1e",
        "REPORT RequestId: 3f8b0c1e Duration: 1..2 ms",
        TEXT.replace("512", "0"),
        '{"type": "platform.start"}',
        json.dumps(RECORD).replace("12.04", "NaN"),
        json.dumps(RECORD).replace("12.04", "-1"),
        json.dumps(RECORD).replace("87", "1e999"),
        TEXT + " " * 5000,
    ],
)
def test_other_lines_are_none(line: str) -> None:
    """What is no report of an invocation is no report."""
    assert parse_report(line) is None


_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)
_near_text = st.lists(
    st.sampled_from(["REPORT ", *TEXT.split("\t"), "\t", "Duration: ", "9" * 400, ".", " ms"])
).map("".join)
_near_json = st.dictionaries(
    st.sampled_from(["durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB"]), _json
).map(lambda metrics: json.dumps({"type": "platform.report", "record": {"metrics": metrics}}))


@given(st.text() | _near_text | _near_json | _json.map(json.dumps))
def test_any_line_is_a_plausible_report_or_none(line: str) -> None:
    """A log may hold anything: what comes out is a report of an invocation, or nothing."""
    report = parse_report(line)

    assert report is None or (
        0 <= report.duration_ms < float("inf")
        and 0 <= report.billed_ms < float("inf")
        and report.memory_mb > 0
        and report.peak_mb >= 0
    )
