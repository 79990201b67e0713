"""The decorator around handlers."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from health_samplers import MEBIBYTE, BrokenSource, SayingSource, measured, sampler_with
from hoist.runtime.measurements import Quantity
from hoist.runtime.observation import METRIC_NAMES
from hoist.runtime.observed import observed
from hoist.runtime.sampler import Sampler


@dataclass(frozen=True)
class Context:
    function_name: str = "hoist-test-health"
    aws_request_id: str = "r-1"

    def get_remaining_time_in_millis(self) -> int:
        return 2500


def quarter_used() -> Sampler:
    return sampler_with(
        SayingSource(
            (
                measured(Quantity.MEMORY_USED, 128 * MEBIBYTE),
                measured(Quantity.TMP_USED, 1),
                measured(Quantity.TMP_SIZE, 4),
            )
        )
    )


def told_by(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_each_invocation_tells_one_line() -> None:
    """Answers pass through, and each invocation writes one line with its request id."""
    lines: list[str] = []
    sampler = quarter_used()

    def next_number(event: int, _: Context) -> int:
        return event + 1

    handle = observed(next_number, find_sampler=lambda: sampler, write=lines.append)

    assert [handle(number, Context()) for number in range(3)] == [1, 2, 3]

    told = told_by(lines)
    assert [line["cold_start"] for line in told] == [True, False, False]
    assert {line["request_id"] for line in told} == {"r-1"}


def test_line_has_the_two_metrics_and_the_rest_for_nothing() -> None:
    """Exactly the documented metrics are charged for; all other numbers are properties."""
    lines: list[str] = []
    observed(lambda event, _: event, find_sampler=quarter_used, write=lines.append)({}, Context())

    (line,) = told_by(lines)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert [metric["Name"] for metric in directive["Metrics"]] == list(METRIC_NAMES)
    assert directive["Dimensions"] == [["FunctionName"]]
    assert [line[name] for name in METRIC_NAMES] == [25.0, 25.0]
    assert line["memory_limit_bytes"] == 512 * MEBIBYTE
    assert line["time_left_milliseconds"] == 2500
    assert line["sources"]["memory_limit_bytes"] == "platform, exact"


def test_failed_invocation_is_told_too() -> None:
    """The handler's error is the invocation's, and the line is written all the same."""
    lines: list[str] = []

    def fail(event: object, context: Context) -> None:
        raise LookupError("of the handler")

    with pytest.raises(LookupError, match="of the handler"):
        observed(fail, find_sampler=quarter_used, write=lines.append)({}, Context())

    assert told_by(lines)[0]["event"] == "runtime_sample"


@pytest.mark.parametrize("fault", [RuntimeError("no"), MemoryError(), ValueError("no")])
def test_fault_of_the_observation_is_not_the_functions(fault: Exception) -> None:
    """Whatever goes wrong with a source that should not, the answer stands and the log names it."""
    lines: list[str] = []
    broken = sampler_with(BrokenSource(fault))
    handle = observed(lambda event, _: "answer", find_sampler=lambda: broken, write=lines.append)

    assert handle({}, Context()) == "answer"
    assert told_by(lines) == [{"event": "runtime_sample_failed", "reason": type(fault).__name__}]


def test_missing_sampler_is_not_the_functions_fault() -> None:
    """Without any sampler the handler answers, and the log says that nothing was measured."""
    lines: list[str] = []

    def none() -> Sampler:
        raise ImportError("psutil")

    handle = observed(lambda event, _: "answer", find_sampler=none, write=lines.append)

    assert handle({}, Context()) == "answer"
    assert told_by(lines)[0]["event"] == "runtime_sample_failed"


def test_closed_output_is_not_the_functions_fault() -> None:
    """A log that cannot be written does not fail the invocation."""

    def closed(line: str) -> None:
        raise BrokenPipeError

    assert observed(lambda event, _: 1, find_sampler=quarter_used, write=closed)({}, Context()) == 1


def test_any_context_will_do() -> None:
    """A caller without a context gets its answer, and a line without metrics."""
    lines: list[str] = []
    handle = observed(lambda event, _: event, find_sampler=quarter_used, write=lines.append)

    assert handle("event", None) == "event"
    assert "_aws" not in told_by(lines)[0]


def test_decorating_makes_nothing() -> None:
    """Before the first event no sampler is asked for: importing a handler stays cheap."""
    made: list[Sampler] = []

    def make() -> Sampler:
        made.append(quarter_used())
        return made[-1]

    observed(lambda event, _: event, find_sampler=make, write=lambda _: None)

    assert made == []
