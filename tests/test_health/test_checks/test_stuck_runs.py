"""Runs as the orchestrator itself stores them, seen by health through the documented layout."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from health.findings.assessment import Status
from health.findings.finding import ActionKind, Finding, Severity
from health_sites import HealthSite, moto_site
from orchestrator.doorbells.messages import stack_id_in
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from orchestrator.state.stores.aws import aws_storage
from run_sites import OTHER_STACK, STACK, RunSite

pytestmark = pytest.mark.thorough

CHECK = "stuck_runs"
ELEVEN_MINUTES = 11 * 60


@dataclass(frozen=True)
class Installation:
    """The orchestrator's runs, and health's look at them."""

    runs: RunSite
    health: HealthSite

    def findings(self) -> Sequence[Finding]:
        return self.health.findings(CHECK)

    def wait(self, seconds: float) -> None:
        self.runs.clock.advance(seconds)


@pytest.fixture
def installation() -> Iterator[Installation]:
    with moto_site() as health:
        places = health.places
        runs = RunSite(clock=health.clock)
        storage = aws_storage(
            dynamodb=health.client("dynamodb"),
            s3=health.client("s3"),
            table=places.runs_table,
            bucket=places.artifacts_bucket,
            clock=health.clock,
        )
        yield Installation(replace(runs, open_storage=lambda: storage), health)


def test_installation_without_runs_is_well(installation: Installation) -> None:
    """Where nothing waits, the check can tell, and finds nothing."""
    assert {each.status for each in installation.health.look(CHECK)} == {Status.PASS}


def test_run_that_just_came_is_well(installation: Installation) -> None:
    """A run that waits for nine minutes is not stuck yet."""
    installation.runs.queued()
    installation.wait(9 * 60)

    assert installation.findings() == []


def test_run_that_nobody_comes_for_is_found(installation: Installation) -> None:
    """A queued run without a worker for eleven minutes fails, with minutes and threshold."""
    (run,) = installation.runs.queued()
    installation.wait(ELEVEN_MINUTES)

    (finding,) = installation.findings()

    assert (finding.id, finding.severity) == ("stuck_runs.nobody_came", Severity.FAIL)
    assert finding.subject.name == run.id
    assert (finding.evidence.value, finding.evidence.threshold) == (11.0, 10.0)


def test_ring_of_the_finding_names_the_stack(installation: Installation) -> None:
    """The finding's command, run as it is, puts a doorbell into the queue that a worker takes."""
    installation.runs.queued()
    installation.wait(ELEVEN_MINUTES)
    (finding,) = installation.findings()

    installation.health.repair(finding)

    queue = installation.health.client("sqs")
    answer = queue.receive_message(QueueUrl=installation.health.places.doorbell_url)
    assert [stack_id_in(message["Body"]) for message in answer["Messages"]] == [STACK]


def test_finding_is_gone_when_a_worker_came(installation: Installation) -> None:
    """Once a worker holds the run, nothing is found any more."""
    installation.runs.queued()
    installation.wait(ELEVEN_MINUTES)
    assert installation.findings()

    installation.runs.claimed()

    assert installation.findings() == []


def test_lost_worker_is_found(installation: Installation) -> None:
    """A run whose lease ended eleven minutes ago has lost its worker."""
    installation.runs.queued()
    claim = installation.runs.claimed()
    lease = claim.run.lease
    assert lease is not None
    installation.wait((lease.ends_at - installation.runs.clock.now()).total_seconds())
    assert installation.findings() == []
    installation.wait(ELEVEN_MINUTES)

    assert [finding.id for finding in installation.findings()] == ["stuck_runs.worker_lost"]


def test_run_that_asks_a_person_is_told_at_once(installation: Installation) -> None:
    """A run that needs attention is a warning, with the command that shows what it asks."""
    (run,) = installation.runs.queued()
    claim = installation.runs.claimed()
    ending = SliceEnding(SliceOutcome.NEEDS_ATTENTION)
    installation.runs.service().end_slice(claim, ending)

    (finding,) = installation.findings()

    assert (finding.id, finding.severity) == ("stuck_runs.person_asked", Severity.WARN)
    assert finding.action.kind is ActionKind.LOOK
    assert finding.action.command == f"hoist runs show {run.id} --stack 1"


def test_run_behind_another_is_not_stuck(installation: Installation) -> None:
    """However long the second run of a stack waits, only the first may be stuck."""
    first, _ = installation.runs.queued(2)
    installation.wait(ELEVEN_MINUTES)

    assert [finding.subject.name for finding in installation.findings()] == [first.id]


def test_unreadable_queue_hides_no_other_stack(installation: Installation) -> None:
    """A queue of a later version makes its own stack unknown, and the others are looked at."""
    installation.runs.queued(stack_id=STACK)
    installation.runs.queued(stack_id=OTHER_STACK)
    _write_queue(installation, STACK, {"format": 99})
    installation.wait(ELEVEN_MINUTES)

    looked = installation.health.look(CHECK)

    unknown = [each for each in looked if each.status is Status.UNKNOWN]
    assert [each.subject.name for each in unknown] == [STACK]
    assert [finding.id for each in looked for finding in each.findings] == [
        "stuck_runs.nobody_came"
    ]


def _write_queue(installation: Installation, stack_id: str, document: dict[str, object]) -> None:
    installation.health.client("dynamodb").put_item(
        TableName=installation.health.places.runs_table,
        Item={
            "pk": {"S": f"record#run-queue#{stack_id}"},
            "sk": {"S": "queue"},
            "value": {"S": json.dumps(document)},
        },
    )
