"""Numbers of an installation, put into a fake CloudWatch as AWS puts them into its own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from health.findings.assessment import Assessment
from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.inventory import Architecture, InstalledFunction, InstalledQueue
from health.rules.rest_api import InstalledApi
from health.rules.rule import Rule
from health.rules.traffic import TrafficQueries
from health_cloudwatch import FakeCloudWatch
from health_findings import NOON
from hoist.clock import FixedClock

WORKER = InstalledFunction(
    name="hoist-dev-orchestrator-worker",
    memory_mb=2048,
    timeout=timedelta(minutes=15),
    architecture=Architecture.ARM64,
)
API = InstalledApi("hoist-dev-api", "hoist-dev-orchestrator-api")
QUEUE = InstalledQueue(
    name="hoist-dev-doorbell.fifo",
    url="https://sqs.eu-central-1.amazonaws.com/111122223333/hoist-dev-doorbell.fifo",
    arn="arn:aws:sqs:eu-central-1:111122223333:hoist-dev-doorbell.fifo",
    visibility=timedelta(minutes=15),
    messages=2,
)


HEALTH_FUNCTION = "hoist-dev-health"


class Numbers:
    """A CloudWatch at NOON, and what rules say of it."""

    def __init__(self, cloudwatch: FakeCloudWatch | None = None, now: datetime = NOON) -> None:
        self.cloudwatch = cloudwatch or FakeCloudWatch()
        self.now = now

    def ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def put(
        self,
        namespace: str,
        dimensions: Mapping[str, str],
        metrics: Mapping[str, float],
        *,
        minutes_ago: float = 30,
    ) -> None:
        """One value of each metric."""
        self.cloudwatch.put_metric_data(
            Namespace=namespace,
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": key, "Value": of} for key, of in dimensions.items()],
                    "Timestamp": self.ago(minutes_ago),
                    "Value": value,
                }
                for name, value in metrics.items()
            ],
        )

    def of_function(
        self, part: InstalledFunction = WORKER, *, minutes_ago: float = 30, **metrics: float
    ) -> None:
        self.put("AWS/Lambda", {"FunctionName": part.name}, metrics, minutes_ago=minutes_ago)

    def traffic(
        self,
        *,
        invocations: float,
        errors: float = 0,
        throttles: float = 0,
        minutes_ago: float = 30,
        part: InstalledFunction = WORKER,
    ) -> None:
        """As Lambda tells it: errors and throttles too when there are none."""
        numbers = {"Invocations": invocations, "Errors": errors, "Throttles": throttles}
        self.of_function(part, minutes_ago=minutes_ago, **numbers)

    def heard(self, *, minutes_ago: float = 10) -> None:
        """An invocation of health itself, the witness."""
        self.put(
            "AWS/Lambda",
            {"FunctionName": HEALTH_FUNCTION},
            {"Invocations": 1.0},
            minutes_ago=minutes_ago,
        )

    def judge(self, rule: Rule[Any], part: Any) -> Assessment | None:
        reader = CloudWatchReader(self.cloudwatch, clock=FixedClock(self.now))
        witness = TrafficQueries.of(HEALTH_FUNCTION, self.now).invocations
        readings = reader.read([*rule.queries(part, self.now), witness])
        return rule.assess(part, self.now, readings.witnessed_by(witness))
