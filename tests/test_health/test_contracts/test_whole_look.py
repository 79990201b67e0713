"""Everything as wired, on the local AWS: faults are found, commands repair them, they resolve."""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access_sites import bearer, book_site, grant, token_with
from health.clients import WatchfulAws
from health.door import CHECK_HEALTH, Door
from health.examination import Depth, Examination
from health.findings.assessment import Status
from health.findings.look import ResolvedBecause
from health.metrics.tagged_parts import TAG
from health.report.report import Report
from health.report.text import report_text
from health.rules.lambda_metrics import NAMESPACE as LAMBDA
from health.settings import HealthSettings
from health.wiring import examination_with
from health_parts import make_function, make_mapping, make_queue
from health_sites import REGION, HealthSite, emulator_site
from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import FixedClock
from hoist.secret import Secret

pytestmark = pytest.mark.emulator

BUDGET_SECONDS = 60.0
REPORT = (
    "REPORT RequestId: {}\tDuration: 90 ms\tBilled Duration: 91 ms\tMemory Size: 512 MB\t"
    "Max Memory Used: 505 MB\t"
)


@dataclass(frozen=True)
class Installed:
    """An installation with a worker, a doorbell of its own, and a dead letter."""

    name: str
    site: HealthSite
    clock: FixedClock
    mapping: str
    dead_url: str

    @property
    def worker(self) -> str:
        return f"{self.name}-worker"

    def examination(self, url: str) -> Examination:
        places = self.site.places
        settings = HealthSettings(
            installation=self.name,
            state_bucket=places.state_bucket,
            state_table=places.state_table,
            state_key_alias=places.state_key_alias,
            runs_table=places.runs_table,
            artifacts_bucket=places.artifacts_bucket,
            doorbell_url=places.doorbell_url,
            access_table="access",
            aws=AwsSettings(REGION, url, AwsCredentials("test", Secret("test"))),
        )
        return examination_with(settings, WatchfulAws(settings.aws), self.clock)


@pytest.fixture
def installed(emulator_url: str) -> Installed:
    site, name = emulator_site(emulator_url), f"hoist-{uuid.uuid4().hex[:8]}"
    tags = {TAG: name}
    make_function(site.clients, f"{name}-worker", tags)
    dead_url, dead_arn = make_queue(site.clients, f"{name}-dead", tags)
    _, queue_arn = make_queue(site.clients, f"{name}-bell", tags, redrive_to=dead_arn)
    mapping = make_mapping(site.clients, f"{name}-worker", queue_arn)
    # The local AWS tells the time by itself: this clock starts there, and then stands still.
    now = datetime.fromtimestamp(_server_time(site), UTC)
    return Installed(name, site, FixedClock(now), mapping, dead_url)


def _server_time(site: HealthSite) -> float:
    described = site.client("dynamodb").describe_table(TableName=site.places.runs_table)
    created: datetime = described["Table"]["CreationDateTime"]
    return created.timestamp()


def _write_reports(installed: Installed, count: int) -> None:
    """REPORT lines of ten minutes ago."""
    logs, group = installed.site.client("logs"), f"/aws/lambda/{installed.worker}"
    at = int(installed.clock.now().timestamp() * 1000) - 600_000
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    events = [{"timestamp": at + n, "message": REPORT.format(n)} for n in range(count)]
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)


def test_faults_are_found_repaired_and_resolved(emulator_url: str, installed: Installed) -> None:
    """A mapping that is off and too little memory are found at once; their own commands repair
    them, and the next look resolves both.
    """
    _write_reports(installed, 60)
    examination = installed.examination(emulator_url)

    first = examination.examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)

    found = {finding.id: finding for finding in first.findings}
    assert {"lambda.mapping.off", "lambda.memory.headroom"} <= set(found)
    assert first.notes == ()
    for finding in (found["lambda.mapping.off"], found["lambda.memory.headroom"]):
        installed.site.repair(finding)
    installed.clock.advance(120)
    second = examination.examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)
    resolved = {each.finding.id: each.because for each in second.resolved}
    assert resolved["lambda.mapping.off"] is ResolvedBecause.NOT_FOUND
    # With new memory and no invocation yet nobody knows whether it is enough.
    assert "lambda.memory.headroom" not in resolved
    assert "lambda.memory.headroom" in {finding.id for finding in second.findings}


def test_another_process_knows_what_the_first_has_seen(
    emulator_url: str, installed: Installed
) -> None:
    """A fresh process tells the age of what another one found, and opens nothing again."""
    began = installed.clock.now()
    installed.examination(emulator_url).examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)
    installed.clock.advance(3600)

    report = installed.examination(emulator_url).examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)

    (off,) = [finding for finding in report.findings if finding.id == "lambda.mapping.off"]
    assert off.first_seen == began
    assert off not in report.opened
    assert f"--uuid {installed.mapping} --enabled" in report_text(report)


def test_price_is_that_of_the_calls_made(emulator_url: str, installed: Installed) -> None:
    """What was called for the looks of each minute and for the others is counted, and a look
    without the others tells theirs again.
    """
    examination = installed.examination(emulator_url)
    full = examination.examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)
    installed.clock.advance(60)

    minute = examination.examine(Depth.MINUTE, budget_seconds=BUDGET_SECONDS)

    first, second = ([line.what for line in each.price.lines] for each in (full, minute))
    assert re.fullmatch(r"[1-9]\d calls of checks each minute", first[1])
    assert re.fullmatch(r"[1-9]\d calls of checks every 5 minutes", first[2])
    assert second[2] == first[2]
    assert 0 < full.price.lines[2].usd_month < full.price.lines[1].usd_month < 2


def test_dead_letter_is_told_by_schedule_and_request(
    emulator_url: str, installed: Installed
) -> None:
    """A dead letter is an event in the log of the schedule's look, and in the answer to /health."""
    installed.site.client("sqs").send_message(QueueUrl=installed.dead_url, MessageBody="ring")
    examination, lines = installed.examination(emulator_url), list[str]()
    access = book_site()
    token = token_with(access.storage, [grant("viewer")])
    door = Door(lambda: examination, tokens=lambda: access.book, write=lines.append)

    door.answer(CHECK_HEALTH, time_left_seconds=100)
    request = {"httpMethod": "GET", "path": "/health", "headers": bearer(token)}
    answer = door.answer(request, time_left_seconds=100)

    assert "queue.dead_letters" in _ids(map(json.loads, lines))
    assert "queue.dead_letters" in _ids(json.loads(answer["body"])["findings"])
    assert json.loads(answer["body"])["cost"]["estimate_usd_month"] > 0


def test_silence_is_idle_while_health_is_counted(emulator_url: str, installed: Installed) -> None:
    """Of a worker that nobody calls everything is unknown; once CloudWatch counts health's own
    invocations, it is known to be idle.
    """
    examination = installed.examination(emulator_url)
    before = examination.examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)
    # As AWS/Lambda, which nobody but AWS writes to on AWS.
    installed.site.client("cloudwatch").put_metric_data(
        Namespace=LAMBDA,
        MetricData=[
            {
                "MetricName": "Invocations",
                "Dimensions": [{"Name": "FunctionName", "Value": f"{installed.name}-health"}],
                "Timestamp": installed.clock.now() - timedelta(minutes=10),
                "Value": 1.0,
            }
        ],
    )
    installed.clock.advance(90)

    after = examination.examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)

    rules = ("lambda.errors", "lambda.throttles", "lambda.duration", "api.requests")
    assert {_status(before, rule) for rule in rules} == {Status.UNKNOWN}
    assert {_status(after, rule) for rule in rules} == {Status.PASS}


def _status(report: Report, rule: str) -> Status:
    (status,) = {each.status for each in report.assessments if each.rule == rule}
    return status


def _ids(documents: Any) -> Sequence[str]:
    return [document["id"] for document in documents if "id" in document]
