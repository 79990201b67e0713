"""One page that shows how an installation is: verdicts first, then what they come from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from components import metrics
from components.alarm_rules import AlarmRule
from components.functions import Function
from components.metrics import Metric, Metrics
from components.site import Site

# CloudWatch's grid is 24 wide: two widgets are side by side.
_WIDTH, _HEIGHT = 12, 6
Widget = dict[str, Any]
Line = tuple[Metric, str]
"""A metric and the statistic that is drawn of it."""
Lines = Mapping[str, list[Line]]
"""What is drawn together, by its title."""


class Dashboard(pulumi.ComponentResource):
    """The page. An account has three for nothing; each further one costs three dollars a month."""

    def __init__(self, site: Site, rules: Sequence[AlarmRule]) -> None:
        super().__init__("hoist:infra:Dashboard", "dashboard")
        widgets = [_alarms(site, rules), *_graphs(site)]
        cloudwatch.Dashboard(
            "dashboard",
            dashboard_name=site.installation,
            dashboard_body=json.dumps({"widgets": widgets}),
            opts=site.inside(self),
        )
        self.register_outputs({})


def _alarms(site: Site, rules: Sequence[AlarmRule]) -> Widget:
    arns = [site.place.arn("cloudwatch", f"alarm:{site.name(rule.name)}") for rule in rules]
    return _widget("alarm", {"title": "Alarms", "alarms": arns})


def _graphs(site: Site) -> Iterator[Widget]:
    measured = Metrics(site)
    for lines_of in (_of_health, _of_functions, _of_api, _of_doorbell):
        for title, lines in lines_of(measured).items():
            yield _graph(site, title, lines)


def _of_health(measured: Metrics) -> Lines:
    verdicts = (metrics.HEALTH_FAILURES, metrics.HEALTH_WARNINGS, metrics.HEALTH_UNKNOWNS)
    return {"Health: findings": [(measured.of_health(name), "Maximum") for name in verdicts]}


def _of_functions(measured: Metrics) -> Lines:
    def of_all(name: str, statistic: str) -> list[Line]:
        return [(measured.of_function(function, name), statistic) for function in Function]

    uses = [
        (measured.of_use(function, name), "Maximum")
        for function in metrics.OBSERVED
        for name in (metrics.MEMORY_USED, metrics.TMP_USED)
    ]
    return {
        "Functions: errors and throttles": [*of_all("Errors", "Sum"), *of_all("Throttles", "Sum")],
        "Functions: invocations": of_all("Invocations", "Sum"),
        "Functions: slowest percent, ms": of_all("Duration", "p99"),
        "Functions: used of what they have, %": uses,
    }


def _of_api(measured: Metrics) -> Lines:
    counts = ("Count", "4XXError", "5XXError")
    return {
        "API: requests": [(measured.of_api(name), "Sum") for name in counts],
        "API: slowest percent, ms": [(measured.of_api("Latency"), "p99")],
    }


def _of_doorbell(measured: Metrics) -> Lines:
    waiting = "ApproximateNumberOfMessagesVisible"
    age = measured.of_doorbell("ApproximateAgeOfOldestMessage")
    return {
        "Doorbell: rings, and dead ones": [
            (measured.of_doorbell(waiting), "Maximum"),
            (measured.of_dead_doorbells(waiting), "Maximum"),
        ],
        "Doorbell: oldest ring, s": [(age, "Maximum")],
    }


def _graph(site: Site, title: str, lines: Sequence[Line]) -> Widget:
    drawn = [
        [metric.namespace, metric.name, metric.dimension, metric.value, {"stat": statistic}]
        for metric, statistic in lines
    ]
    shown = {"title": title, "region": site.place.region, "metrics": drawn, "period": 300}
    return _widget("metric", {**shown, "view": "timeSeries", "stacked": False})


def _widget(kind: str, properties: dict[str, Any]) -> Widget:
    return {"type": kind, "width": _WIDTH, "height": _HEIGHT, "properties": properties}
