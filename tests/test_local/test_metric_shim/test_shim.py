"""The shim on the local AWS: what functions and queues did becomes metrics, once."""

import json
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aws_serverless_cases import zip_of
from hoist.clock import FixedClock, SystemClock
from local.metric_shim.claimed_concurrency import CLAIMED
from local.metric_shim.queue_lengths import occurrences_of, queues_in
from local.metric_shim.shim import MetricShim
from local.metric_shim.wiring import metric_shim
from local.provider.aws.clients import Clients
from local.provider.aws.settings import read_settings
from local.settings import LocalSettings
from running_hoist import eventually

BOOTSTRAP = f"""#!/bin/sh
exec {sys.executable} -m awslambdaric "$_HANDLER"
"""
# Fails if it is told to, else writes a line of metrics.
HANDLER = """
import json, time

def handle(event, context):
    if event.get("fails"):
        raise RuntimeError("as it was told to")
    told = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [
        {"Namespace": "Shop", "Dimensions": [["service"]], "Metrics": [{"Name": "Orders"}]}]}
    print(json.dumps({"_aws": told, "service": context.function_name, "Orders": 3}))
"""


@dataclass(frozen=True)
class Place:
    """A function, and what its metrics show."""

    clients: Clients
    function: str
    shim: MetricShim

    def call(self, **event: Any) -> None:
        functions = self.clients.lambda_functions()
        functions.invoke(FunctionName=self.function, Payload=json.dumps(event))

    def streams(self) -> int:
        described = self.clients.logs().describe_log_streams(
            logGroupName=f"/aws/lambda/{self.function}"
        )
        return len(described["logStreams"])

    def lines_with_one_more(self, word: str) -> int:
        """How many lines have the word, after another call."""
        self.call()
        found = self.clients.logs().filter_log_events(
            logGroupName=f"/aws/lambda/{self.function}", filterPattern=f'"{word}"'
        )
        return len(found["events"])

    def shows(
        self, name: str, statistic: str = "Sum", *, namespace: str = "AWS/Lambda", by: str = ""
    ) -> float:
        """One metric of the last minutes, as whoever asks CloudWatch sees it."""
        now = SystemClock().now()
        dimension = {"Name": by or "FunctionName", "Value": self.function}
        (result,) = self.clients.cloudwatch().get_metric_data(
            MetricDataQueries=[
                {
                    "Id": "asked",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": namespace,
                            "MetricName": name,
                            "Dimensions": [dimension],
                        },
                        "Period": 3600,
                        "Stat": statistic,
                    },
                }
            ],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=10),
        )["MetricDataResults"]
        return float(sum(result["Values"]))


@pytest.fixture
def place(emulator_url: str) -> Place:
    settings = LocalSettings.of_this_process()
    clients = Clients(read_settings({}, settings.aws_environment(emulator_url)))
    function = f"shop-{uuid.uuid4().hex[:8]}"
    clients.lambda_functions().create_function(
        FunctionName=function,
        Runtime="provided.al2023",
        Role="arn:aws:iam::000000000000:role/test",
        Handler="shop.handle",
        Code={"ZipFile": zip_of({"bootstrap": BOOTSTRAP, "shop.py": HANDLER})},
        Timeout=30,
    )
    # A little later: what the test did is settled.
    clock = FixedClock(SystemClock().now() + timedelta(minutes=2))
    return Place(clients, function, metric_shim(settings, emulator_url, clock=clock))


def bring_by_queue(place: Place, count: int) -> None:
    """Messages to the function: calls that the local AWS itself counts nowhere."""
    url = place.clients.sqs().create_queue(QueueName=place.function)["QueueUrl"]
    place.clients.lambda_functions().create_event_source_mapping(
        FunctionName=place.function,
        EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:{place.function}",
        BatchSize=1,
    )
    for number in range(count):
        place.clients.sqs().send_message(QueueUrl=url, MessageBody=str(number))


@pytest.mark.emulator
def test_calls_become_metrics_once(place: Place) -> None:
    """Called in either way, every invocation is counted once, however often the shim looks."""
    place.call()
    place.call(fails=True)
    bring_by_queue(place, 3)
    eventually(place.streams, lambda found: found == 5)

    first = place.shim.catch_up()
    second = place.shim.catch_up()

    assert CLAIMED in {occurrence.data[0].metric for occurrence in first}
    assert second == []
    assert place.shows("Invocations") == 5
    assert (place.shows("Errors"), place.shows("Errors", "SampleCount")) == (1, 5)
    assert place.shows("Duration", "SampleCount") == 5
    assert 0 < place.shows("Duration", "Maximum") < 30_000


@pytest.mark.emulator
def test_lines_of_metrics_become_metrics_once(place: Place) -> None:
    """What a function has written in the embedded format is there, summed up and not doubled."""
    # A busy local AWS may miss a line.
    lines = eventually(lambda: place.lines_with_one_more("Orders"), lambda found: found > 1)

    for _ in range(2):
        place.shim.catch_up()

    assert place.shows("Orders", namespace="Shop", by="service") == 3 * lines


@pytest.mark.emulator
def test_queue_is_told_as_it_is(place: Place) -> None:
    """A queue that somebody left a message in shows it, and how old it is by the shim's clock."""
    sqs = place.clients.sqs()
    url = sqs.create_queue(QueueName=place.function)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    sqs.send_message(QueueUrl=url, MessageBody="two", DelaySeconds=600)

    for _ in range(2):
        place.shim.catch_up()

    def told(name: str) -> float:
        return place.shows(name, namespace="AWS/SQS", by="QueueName")

    assert told("ApproximateNumberOfMessagesVisible") == 1
    assert told("ApproximateNumberOfMessagesDelayed") == 1
    assert 100 < told("ApproximateAgeOfOldestMessage") < 600


def test_empty_queue_has_no_age() -> None:
    """A queue without messages tells that it has none, and nothing of an oldest one."""
    now = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
    listed: dict[str, Any] = {
        "messages": {"1": {"here": {"http://127.0.0.1/1/bell": []}, "there": {}}}
    }

    (occurrence,) = occurrences_of(queues_in(listed, account="1", region="here"), now)

    assert occurrence.at == now.replace(second=0)
    assert [datum.values for datum in occurrence.data] == [(0,), (0,), (0,)]
