"""When stacks were last compared with what is really there, by what the state service stores."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from health.dependencies.site import Limits
from health.findings.assessment import Status
from health.findings.finding import Finding, Severity
from health_sites import HealthSite, moto_site
from orchestrator.state.stores.aws import aws_storage
from protocol_client import ProtocolClient
from state_sites import DEV, Site

pytestmark = pytest.mark.thorough

CHECK = "drift"
DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def health() -> Iterator[HealthSite]:
    """An installation that wants a refresh every seven days."""
    with moto_site() as made:
        yield replace(made, limits=Limits(drift_after=timedelta(days=7)))


@pytest.fixture
def state(health: HealthSite) -> Site:
    storage = aws_storage(
        dynamodb=health.client("dynamodb"),
        s3=health.client("s3"),
        table=health.places.state_table,
        bucket=health.places.state_bucket,
        clock=health.clock,
    )
    return replace(Site(clock=health.clock), open_storage=lambda: storage)


def run(client: ProtocolClient, kind: str, *, status: str = "succeeded") -> None:
    """A whole update of another kind."""
    update = client.open_update(kind=kind)
    assert update.complete(status).is_ok


def found(health: HealthSite) -> list[Finding]:
    return health.findings(CHECK)


def test_check_is_off_without_a_setting(state: Site, health: HealthSite) -> None:
    """Where nobody has said how long is too long, nothing is judged and nothing is read."""
    state.client_with_stack().run_update()
    health.clock.advance(100 * DAY)

    assert replace(health, limits=Limits()).look(CHECK) == []


def test_stack_without_refresh_is_found_after_its_time(state: Site, health: HealthSite) -> None:
    """A stack that was deployed and never refreshed counts from its first update on."""
    client = state.client_with_stack()
    client.run_update()
    health.clock.advance(4 * DAY)
    client.run_update()
    health.clock.advance(3 * DAY - 1)
    assert found(health) == []
    health.clock.advance(1)

    (finding,) = found(health)

    assert (finding.id, finding.severity) == ("drift.overdue", Severity.WARN)
    assert (finding.subject.name, finding.evidence.value) == (str(DEV), 7.0)
    assert finding.action.command == "hoist refresh --stack dev"


def test_refresh_resolves_it(state: Site, health: HealthSite) -> None:
    """What the finding's command begins, a refresh, starts the time anew."""
    client = state.client_with_stack()
    client.run_update()
    health.clock.advance(8 * DAY)
    assert found(health)

    run(client, "refresh")

    assert found(health) == []
    health.clock.advance(7 * DAY)
    assert [finding.id for finding in found(health)] == ["drift.overdue"]


def test_failed_refresh_is_no_look(state: Site, health: HealthSite) -> None:
    """A refresh that failed has not seen everything, and a preview of one changes nothing."""
    client = state.client_with_stack()
    client.run_update()
    health.clock.advance(8 * DAY)

    run(client, "refresh", status="failed")

    assert [finding.id for finding in found(health)] == ["drift.overdue"]


def test_destroyed_stack_cannot_drift(state: Site, health: HealthSite) -> None:
    """Nothing is left that could differ."""
    client = state.client_with_stack()
    client.run_update()
    health.clock.advance(1)
    run(client, "destroy")
    health.clock.advance(100 * DAY)

    (assessment,) = health.look(CHECK)

    assert (assessment.status, found(health)) == (Status.PASS, [])


def test_stack_of_a_later_version_is_unknown(state: Site, health: HealthSite) -> None:
    """A record that cannot be read makes its own stack unknown, by name."""
    state.client_with_stack().run_update()
    health.client("dynamodb").update_item(
        TableName=health.places.state_table,
        Key={"pk": {"S": f"record#stacks#{DEV.project}"}, "sk": {"S": DEV.stack}},
        UpdateExpression="SET #value = :value",
        ExpressionAttributeNames={"#value": "value"},
        ExpressionAttributeValues={":value": {"S": '{"format": 1}'}},
    )

    (assessment,) = health.look(CHECK)

    assert (assessment.status, assessment.subject.name) == (Status.UNKNOWN, str(DEV))
