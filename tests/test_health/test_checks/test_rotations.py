"""Rotations as a store of secrets tells them: in a directory with its own clock, and on moto."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from doctor_site import FUNCTION_ARN, DoctorSite
from health.checks.rotations import Rotations
from health.dependencies.rotating_secrets import SecretShelf
from health.findings.assessment import Status
from health.findings.finding import ActionKind, Finding, Severity
from health_aws_commands import run_command
from health_command_check import complaints
from hoist.clock import FixedClock, SystemClock

NAME = "hoist/dev/orders-db"
INSTALLATION = "hoist-dev"
DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def place(tmp_path: Path) -> DoctorSite:
    """A store with one secret that rotates every ten days."""
    made = DoctorSite(tmp_path)
    made.secret(NAME, "first", "generated")
    made.store.rotate_secret(
        SecretId=NAME,
        RotationLambdaARN=FUNCTION_ARN,
        RotationRules={"AutomaticallyAfterDays": 10},
        RotateImmediately=False,
    )
    return made


@pytest.fixture
def check(place: DoctorSite) -> Rotations:
    shelf = SecretShelf(place.store, "hoist/dev/")
    return Rotations(shelf=shelf, installation=INSTALLATION, clock=place.clock)


def findings(check: Rotations) -> list[Finding]:
    return [finding for assessment in check.look() for finding in assessment.findings]


def aws_over(place: DoctorSite) -> Callable[[str], Any]:
    """The store with what a client of boto3 knows of its own operations."""
    with mock_aws():
        meta = boto3.client("secretsmanager", region_name="us-east-1").meta  # noqa: TID251

    class Store:
        def __init__(self) -> None:
            self.meta = meta

        def __getattr__(self, name: str) -> Any:
            return getattr(place.store, name)

    return lambda service: Store()


def test_secret_in_time_is_well(place: DoctorSite, check: Rotations) -> None:
    """Until a day after the end of its window, a secret that has not rotated is well."""
    place.clock.advance(11 * DAY)

    assert {each.status for each in check.look()} == {Status.PASS}


def test_overdue_secret_is_found(place: DoctorSite, check: Rotations) -> None:
    """Later than that it is a warning, with the days and the command that rotates it."""
    place.clock.advance(13 * DAY)

    (finding,) = findings(check)

    assert (finding.id, finding.severity) == ("rotations.overdue", Severity.WARN)
    assert finding.subject.name == NAME
    assert complaints(finding.action.command) == []


def test_rotation_resolves_it(place: DoctorSite, check: Rotations) -> None:
    """Once the secret has rotated, nothing is found any more."""
    place.clock.advance(13 * DAY)
    assert findings(check)

    assert place.run("rotate", NAME).exit_code == 0

    assert findings(check) == []


def test_rotation_under_way_is_well(place: DoctorSite, check: Rotations) -> None:
    """A rotation that was begun a day ago, or less, is no trouble yet."""
    place.begin_rotation(NAME, "second")
    place.clock.advance(DAY - 1)

    assert findings(check) == []


def test_rotation_that_does_not_end_is_found_and_mended(
    place: DoctorSite, check: Rotations
) -> None:
    """A value that is pending for a day fails; the finding's command brings it to an end."""
    place.begin_rotation(NAME, "second")
    place.clock.advance(DAY)

    (finding,) = findings(check)
    assert (finding.id, finding.severity) == ("rotations.stuck", Severity.FAIL)
    assert finding.action.command == f"hoist secrets doctor {NAME} --apply --aws"
    # The same command over this store, which is not AWS.
    assert place.run("doctor", NAME, "--apply").exit_code == 0

    assert findings(check) == []
    assert place.value(NAME) != "first"
    assert place.labels(NAME) == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_empty_version_is_given_up(place: DoctorSite, check: Rotations) -> None:
    """A pending version without a value is let go by the finding's own command."""
    place.begin_rotation(NAME)
    place.clock.advance(DAY)

    (finding,) = findings(check)
    assert (finding.id, finding.action.kind) == ("rotations.stuck", ActionKind.FIX)
    run_command(finding.action.command, aws_over(place))

    assert findings(check) == []
    assert place.labels(NAME) == [["AWSCURRENT"]]


def test_open_rotation_is_not_told_twice(place: DoctorSite, check: Rotations) -> None:
    """A secret that is overdue since its rotation is stuck has one finding, the one to treat."""
    place.begin_rotation(NAME, "second")
    place.clock.advance(30 * DAY)

    assert [finding.id for finding in findings(check)] == ["rotations.stuck"]


def test_secrets_of_others_are_not_judged(place: DoctorSite, check: Rotations) -> None:
    """What this installation's rotation function may not touch is none of its troubles."""
    place.secret("hoist/prod/orders-db", "first")
    place.begin_rotation("hoist/prod/orders-db")
    place.secret("hoist/dev/never-rotated", "first")
    place.clock.advance(5 * DAY)

    assert findings(check) == []


@pytest.mark.thorough
def test_secrets_manager_tells_in_one_request() -> None:
    """At AWS the next date is in the list: no secret is asked for one by one."""
    clock = FixedClock(SystemClock().now() + timedelta(days=42))
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")  # noqa: TID251
        arn = client.create_secret(Name=NAME, SecretString="first")["ARN"]
        client.rotate_secret(SecretId=arn, RotationRules={"AutomaticallyAfterDays": 40})
        asked: list[str] = []
        client.meta.events.register(
            "before-call.secrets-manager.*", lambda model, **_: asked.append(model.name)
        )
        shelf = SecretShelf(client, "hoist/dev/")
        (finding,) = findings(Rotations(shelf=shelf, installation=INSTALLATION, clock=clock))

    assert (finding.id, asked) == ("rotations.overdue", ["ListSecrets"])
    assert finding.action.command == f"aws secretsmanager rotate-secret --secret-id {arn}"
