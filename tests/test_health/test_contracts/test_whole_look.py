"""Everything as wired, on the local AWS: faults are found, commands repair them, they resolve."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from health.clients import WatchfulAws
from health.door import CHECK_HEALTH, Door
from health.examination import Depth, Examination
from health.findings.book import ResolvedBecause
from health.metrics.tagged_parts import TAG
from health.report.text import report_text
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


def test_dead_letter_is_told_by_schedule_and_request(
    emulator_url: str, installed: Installed
) -> None:
    """A dead letter is an event in the log of the schedule's look, and in the answer to /health."""
    installed.site.client("sqs").send_message(QueueUrl=installed.dead_url, MessageBody="ring")
    examination, lines = installed.examination(emulator_url), list[str]()
    door = Door(lambda: examination, write=lines.append)

    door.answer(CHECK_HEALTH, time_left_seconds=100)
    identity = {"sourceIp": "127.0.0.1"}
    request = {
        "httpMethod": "GET",
        "path": "/health",
        "requestContext": {"identity": identity},
    }
    answer = door.answer(request, time_left_seconds=100)

    assert "queue.dead_letters" in _ids(map(json.loads, lines))
    assert "queue.dead_letters" in _ids(json.loads(answer["body"])["findings"])
    assert json.loads(answer["body"])["cost"]["estimate_usd_month"] > 0


def _ids(documents: Any) -> Sequence[str]:
    return [document["id"] for document in documents if "id" in document]
