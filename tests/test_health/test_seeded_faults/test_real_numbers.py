"""What is found here was not put by hand: functions run, and the shim makes metrics of it."""

import sys
from collections.abc import Iterator

import pytest

from aws_serverless_cases import zip_of
from health.door import CHECK_HEALTH
from health_seeded import SeededHoist
from health_seeded_scene import Scene
from running_hoist import eventually

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

MESSAGES = 6
# What the newest windows need to have everything of now in them.
QUARTER_OF_AN_HOUR = 0.25
CODE = {
    "bootstrap": f"""#!/bin/sh
exec {sys.executable} -m awslambdaric broken.handle
""",
    "broken.py": """
def handle(event, context):
    raise RuntimeError("it cannot work on this")
""",
}


@pytest.fixture
def scene(hoist: SeededHoist) -> Iterator[Scene]:
    made = Scene(hoist)
    yield made
    made.end()


def bring_messages(scene: Scene) -> None:
    """To the function, which fails over each; the local AWS itself counts none of these calls."""
    functions, sqs = scene.hoist.client("lambda"), scene.hoist.client("sqs")
    functions.update_function_code(FunctionName=scene.function, ZipFile=zip_of(CODE))
    scene.new_queue()
    for number in range(MESSAGES):
        sqs.send_message(QueueUrl=scene.queue_url, MessageBody=str(number))
    attributes = sqs.get_queue_attributes(QueueUrl=scene.queue_url, AttributeNames=["QueueArn"])
    mapping = functions.create_event_source_mapping(
        FunctionName=scene.function,
        EventSourceArn=attributes["Attributes"]["QueueArn"],
        BatchSize=1,
    )
    scene.afterwards.append(lambda: functions.delete_event_source_mapping(UUID=mapping["UUID"]))


def calls_written(scene: Scene) -> int:
    group = f"/aws/lambda/{scene.function}"
    logs = scene.hoist.client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return 0
    return len(logs.describe_log_streams(logGroupName=group)["logStreams"])


def test_calls_that_really_fail_are_found(hoist: SeededHoist, scene: Scene) -> None:
    """A function that fails over its messages is found by what it left in its log, with all its
    calls counted, and the finding is gone when it has worked well for a while.
    """
    bring_messages(scene.with_function())
    eventually(lambda: calls_written(scene), lambda found: found == MESSAGES)
    hoist.settled().catch_up()

    look = hoist.look_later(QUARTER_OF_AN_HOUR)
    scene.traffic(5000, minutes_ago=0)
    later = hoist.look_later(QUARTER_OF_AN_HOUR)

    (finding,) = (each for each in look.findings if each.subject.name == scene.function)
    assert (finding.id, finding.evidence.samples) == ("lambda.errors", MESSAGES)
    assert finding.fingerprint in later.resolved


def test_failure_raises_its_alarm(hoist: SeededHoist) -> None:
    """What fails is a metric of the schedule's look, by the very name that the alarm is on."""
    before = _state_of_alarm(hoist)
    _switch_backups(hoist, is_on=False)
    eventually(lambda: _state_after_check(hoist), lambda state: state == "ALARM")
    _switch_backups(hoist, is_on=True)

    assert before != "ALARM"
    assert hoist.look().ids == []


def _state_after_check(hoist: SeededHoist) -> str:
    hoist.deployed.call("healthFunction", CHECK_HEALTH)
    hoist.settled().catch_up()
    return _state_of_alarm(hoist)


def _state_of_alarm(hoist: SeededHoist) -> str:
    name = f"{hoist.settings.installation}-health-failures"
    (alarm,) = hoist.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    state: str = alarm["StateValue"]
    return state


def _switch_backups(hoist: SeededHoist, *, is_on: bool) -> None:
    hoist.client("dynamodb").update_continuous_backups(
        TableName=hoist.site.places.runs_table,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": is_on},
    )
