"""Alarms and the dashboard look at what is there, by the names under which it is told."""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from components.function_code import HANDLERS
from components.functions import Function
from components.metrics import OBSERVED
from health.findings.assessment import Status
from health.report import log_lines
from health.wiring import OBSERVED_FUNCTIONS, OWN_METRICS
from health_reports import ASSESSMENTS, a_report
from health_samplers import MEBIBYTE, SayingSource, measured, sampler_with
from hoist.runtime.measurements import Quantity
from hoist.runtime.observation import observation_line
from hoist_program import installation
from recorded_program import Recording

# Everything that a metric is made of.
MEASURED = (
    measured(Quantity.MEMORY_USED, 128 * MEBIBYTE),
    measured(Quantity.TMP_USED, 1),
    measured(Quantity.TMP_SIZE, 4),
)
TOPIC = "arn:aws:sns:eu-central-1:111122223333:alarms"


class Series(NamedTuple):
    """One series of numbers, and what is looked at of it."""

    namespace: str
    name: str
    dimension: str
    value: str


def alarms_of(recording: Recording) -> dict[str, dict[str, Any]]:
    found = recording.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    return {name: alarm.inputs for name, alarm in found.items()}


def watched(recording: Recording) -> list[Series]:
    """The series of the alarms."""
    return [
        Series(alarm["namespace"], alarm["metricName"], dimension, value)
        for alarm in alarms_of(recording).values()
        for dimension, value in alarm["dimensions"].items()
    ]


def widgets_of(recording: Recording) -> list[dict[str, Any]]:
    [dashboard] = recording.of_type("aws:cloudwatch/dashboard:Dashboard").values()
    widgets: list[dict[str, Any]] = json.loads(dashboard.inputs["dashboardBody"])["widgets"]
    return widgets


def drawn(recording: Recording) -> list[Series]:
    """The series of the dashboard."""
    return [
        Series(*line[:4])
        for widget in widgets_of(recording)
        for line in widget["properties"].get("metrics", ())
    ]


def emitted() -> Iterator[Series]:
    """What CloudWatch makes of the lines that the functions write into their logs."""
    for line in log_lines.log_lines(a_report(ASSESSMENTS[Status.FAIL])):
        yield from series_in(line)
    sampler = sampler_with(SayingSource(MEASURED))
    for function in Function:
        sample = sampler.take(since=sampler.begin())
        name = f"hoist-dev-{function}"
        yield from series_in(observation_line(sample, function=name, request_id="r-1"))


def series_in(line: str) -> Iterator[Series]:
    """The metrics of a log line in CloudWatch's embedded format; none of another one."""
    document = json.loads(line)
    for directive in document.get("_aws", {}).get("CloudWatchMetrics", ()):
        for (dimension,) in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                assert isinstance(document[metric["Name"]], int | float)
                yield Series(directive["Namespace"], metric["Name"], dimension, document[dimension])


def test_the_dashboard_draws_all_that_the_code_emits(dev: Recording) -> None:
    """Each metric of ours is drawn, under the name and the dimension that the code gives it."""
    ours = {series for series in drawn(dev) if series.namespace == log_lines.NAMESPACE}

    assert ours == set(emitted())


def test_alarms_are_on_what_the_code_emits(dev: Recording) -> None:
    """No alarm of ours waits for a metric that nobody writes."""
    ours = {series for series in watched(dev) if series.namespace == log_lines.NAMESPACE}

    assert ours
    assert ours <= set(emitted())


def test_what_health_counts_for_its_price_is_what_is_emitted() -> None:
    """It says what all metrics of our own cost."""
    assert len(set(emitted())) == OWN_METRICS
    assert set(OBSERVED) == set(Function)
    assert len(OBSERVED) == OBSERVED_FUNCTIONS


@pytest.mark.parametrize("function", Function)
def test_every_function_is_observed(function: Function) -> None:
    """Its handler writes down what each invocation uses."""
    module, _, name = HANDLERS[function].rpartition(".")

    assert hasattr(getattr(import_module(module), name), "__wrapped__")


def test_what_is_watched_is_there(dev: Recording, emulated: Recording) -> None:
    """Every function, queue and API that an alarm or a graph names is one of the stack."""
    for recording in (dev, emulated):
        names = {
            "FunctionName": {f"hoist-dev-{function}" for function in Function},
            "Installation": {"hoist-dev"},
            "QueueName": {
                queue.inputs["name"] for queue in recording.of_type("aws:sqs/queue:Queue").values()
            },
            "ApiName": {
                api.inputs["name"]
                for api in recording.of_type("aws:apigateway/restApi:RestApi").values()
            },
        }
        for series in (*watched(recording), *drawn(recording)):
            assert series.value in names[series.dimension]


def test_every_function_is_watched(dev: Recording) -> None:
    """Errors and throttles of each function are told."""
    seen = {(series.name, series.value) for series in watched(dev)}

    assert seen >= {
        (name, f"hoist-dev-{function}") for name in ("Errors", "Throttles") for function in Function
    }


def test_the_rest_is_watched(dev: Recording) -> None:
    """Dead letters, the age of the oldest ring, the API's failures, and health itself."""
    at = {
        name: (alarm["metricName"], alarm["statistic"], alarm["threshold"], alarm["period"])
        for name, alarm in alarms_of(dev).items()
        if not any(name.startswith(function) for function in Function if function != "health")
    }
    memory = {name for name in alarms_of(dev) if name.endswith("-memory")}
    assert memory == {f"{function}-memory" for function in Function}

    assert at == {
        "dead-doorbells": ("ApproximateNumberOfMessagesVisible", "Maximum", 1, 300),
        "doorbell-age": ("ApproximateAgeOfOldestMessage", "Maximum", 1800, 300),
        "api-failures": ("5XXError", "Sum", 3, 300),
        "health-failures": ("HealthFailures", "Maximum", 1, 60),
        "health-silent": ("HealthFailures", "SampleCount", 1, 300),
        "health-memory": ("MemoryUsed", "Maximum", 90, 300),
        "health-errors": ("Errors", "Sum", 1, 300),
        "health-throttles": ("Throttles", "Sum", 3, 300),
    }


@pytest.mark.parametrize("function", list(Function))
def test_an_error_is_seen_however_late(dev: Recording, function: Function) -> None:
    """It is counted where its invocation began: that long ago is still looked at."""
    alarm = alarms_of(dev)[f"{function}-errors"]
    timeout = dev.of_type("aws:lambda/function:Function")[function].inputs["timeout"]

    assert (alarm["evaluationPeriods"] - 1) * alarm["period"] >= timeout
    assert alarm["datapointsToAlarm"] == 1


def test_silence_is_an_alarm_only_of_who_is_never_silent(dev: Recording) -> None:
    """No numbers mean that all is well, but of health, which looks each minute, and of dead
    letters, which lie there in silence.
    """
    told = {
        name: (alarm["treatMissingData"], alarm["comparisonOperator"])
        for name, alarm in alarms_of(dev).items()
    }

    assert told.pop("health-silent") == ("breaching", "LessThanThreshold")
    assert told.pop("dead-doorbells") == ("ignore", "GreaterThanOrEqualToThreshold")
    assert set(told.values()) == {("notBreaching", "GreaterThanOrEqualToThreshold")}


def test_alarms_tell_nobody_unless_told_to(dev: Recording) -> None:
    """Without a topic an alarm has no action; with one it tells when it comes and when it goes."""
    silent = alarms_of(dev).values()
    loud = alarms_of(installation("dev", alarmTopic=TOPIC)).values()

    assert all(alarm.keys().isdisjoint({"alarmActions", "okActions"}) for alarm in silent)
    assert all(alarm["alarmActions"] == alarm["okActions"] == [TOPIC] for alarm in loud)


def test_alarms_are_cheap(dev: Recording) -> None:
    """Ten alarms are free, each further one costs ten cents a month: together less than a dollar.

    CloudWatch charges for each metric that an alarm is on; these have one each.
    """
    assert len(alarms_of(dev)) <= 19


def test_the_dashboard_is_one_that_cloudwatch_takes(dev: Recording) -> None:
    """Its widgets fit into the grid and name the region; and it shows every alarm."""
    widgets = widgets_of(dev)
    [alarms] = [widget for widget in widgets if widget["type"] == "alarm"]
    graphs = [widget for widget in widgets if widget["type"] == "metric"]

    assert sorted(alarms["properties"]["alarms"]) == sorted(
        f"arn:aws:cloudwatch:eu-central-1:111122223333:alarm:hoist-dev-{name}"
        for name in alarms_of(dev)
    )
    assert len(widgets) == len(graphs) + 1
    for graph in graphs:
        assert graph["properties"]["region"] == "eu-central-1"
        assert graph["properties"]["title"]
    assert all(widget["width"] <= 24 for widget in widgets)
