"""Stacks as the state service itself stores them, seen by health through the documented layout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from health.findings.assessment import Status
from health.findings.finding import Finding, Severity
from health_sites import HealthSite, moto_site
from orchestrator.state.conflicts import Resolution
from orchestrator.state.records import LEASE_LENGTH
from orchestrator.state.stores.aws import aws_storage
from state_sites import DEV, Site, creation

pytestmark = pytest.mark.thorough

CHECK = "open_updates"


@dataclass(frozen=True)
class Installation:
    """The state service, and health's look at what it stores."""

    state: Site
    health: HealthSite

    def findings(self) -> Sequence[Finding]:
        return self.health.findings(CHECK)

    def wait(self, seconds: float) -> None:
        self.health.clock.advance(seconds)


@pytest.fixture
def installation() -> Iterator[Installation]:
    with moto_site() as health:
        places = health.places
        storage = aws_storage(
            dynamodb=health.client("dynamodb"),
            s3=health.client("s3"),
            table=places.state_table,
            bucket=places.state_bucket,
            clock=health.clock,
        )
        state = replace(Site(clock=health.clock), open_storage=lambda: storage)
        yield Installation(state, health)


def test_installation_without_stacks_is_well(installation: Installation) -> None:
    """Where there is no stack, the check can tell, and finds nothing."""
    assert {each.status for each in installation.health.look(CHECK)} == {Status.PASS}


def test_open_update_of_a_living_client_is_well(installation: Installation) -> None:
    """An update whose lease runs is nobody's trouble."""
    installation.state.client_with_stack().open_update()

    (assessment,) = installation.health.look(CHECK)
    assert (assessment.status, assessment.subject.name) == (Status.PASS, str(DEV))


def test_update_of_a_dead_client_is_found(installation: Installation) -> None:
    """An update whose lease ended over five minutes ago was left open."""
    installation.state.client_with_stack().open_update().append(*creation("bucket"))
    installation.wait(LEASE_LENGTH.total_seconds() + 299)
    assert installation.findings() == []
    installation.wait(61)

    (finding,) = installation.findings()

    assert (finding.id, finding.severity) == ("open_updates.dead", Severity.WARN)
    assert finding.evidence.value == 6.0
    assert finding.action.command == "hoist refresh --stack dev"


def test_next_update_resolves_it(installation: Installation) -> None:
    """What the finding's command begins, another update, takes the dead one over."""
    installation.state.client_with_stack().open_update().append(*creation("bucket"))
    installation.wait(LEASE_LENGTH.total_seconds() + 360)
    assert installation.findings()

    installation.state.client().run_update()

    assert installation.findings() == []


def test_conflict_is_found_until_somebody_chose(installation: Installation) -> None:
    """A state that could not be published fails the stack, until one of the two holds."""
    client = installation.state.client_with_stack()
    update = client.open_update()
    update.append(*creation("ours"))
    installation.state.put_checkpoint("theirs")
    update.complete()

    (finding,) = installation.findings()

    assert (finding.id, finding.severity) == ("open_updates.conflicted", Severity.FAIL)
    assert finding.action.command == "hoist state resolve shop/dev"
    # What that command does with --keep ours.
    installation.state.service().conflicts.settle(DEV, Resolution.UPDATE)
    assert installation.findings() == []


def test_stack_of_a_later_version_is_unknown(installation: Installation) -> None:
    """A record without the fields that are known makes its stack unknown, by name."""
    installation.state.client_with_stack()
    installation.health.client("dynamodb").update_item(
        TableName=installation.health.places.state_table,
        Key={"pk": {"S": f"record#stacks#{DEV.project}"}, "sk": {"S": DEV.stack}},
        UpdateExpression="SET #value = :value",
        ExpressionAttributeNames={"#value": "value"},
        ExpressionAttributeValues={":value": {"S": '{"format": 1}'}},
    )

    (assessment,) = installation.health.look(CHECK)

    assert (assessment.status, assessment.subject.name) == (Status.UNKNOWN, str(DEV))
