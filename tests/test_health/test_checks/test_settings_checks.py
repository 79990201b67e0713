"""Checks of settings: each fault gives its finding, and the finding's command repairs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator_for_tests import running_emulator
from health.dependencies.absence import with_presence
from health.dependencies.tables import TableCheck
from health.findings.assessment import Status, is_unknown
from health.findings.finding import ActionKind, Subject, SubjectKind
from health_faults import FAULTS, Fault
from health_sites import HealthSite, emulator_site, moto_site

pytestmark = pytest.mark.thorough

CHECKS = (
    "state_bucket",
    "artifacts_bucket",
    "state_table",
    "runs_table",
    "state_key",
    "doorbell",
    "deployed_code",
    "runtimes",
)


@pytest.fixture(scope="module")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("emulator")
    with running_emulator(data) as url:
        yield url


@pytest.fixture(params=["moto", pytest.param("emulator", marks=pytest.mark.emulator)])
def site(request: pytest.FixtureRequest) -> Iterator[HealthSite]:
    if request.param == "moto":
        with moto_site() as made:
            yield made
    else:
        yield emulator_site(request.getfixturevalue("emulator_url"))


@pytest.mark.parametrize("name", CHECKS)
def test_healthy_installation_passes(site: HealthSite, name: str) -> None:
    """Of an installation as infra makes it, every rule can tell, and finds nothing."""
    assert {each.status for each in site.look(name)} == {Status.PASS}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_is_found_and_its_command_repairs_it(site: HealthSite, fault: Fault) -> None:
    """One fault gives exactly its finding; after the finding's own command there is none."""
    fault.inject(site)

    (finding,) = site.findings(fault.check)
    assert finding.id == fault.finding
    assert (finding.action.kind is ActionKind.FIX) == fault.is_repaired_by_command
    if fault.is_repaired_by_command and fault.runs_an_aws_command:
        site.repair(finding)
        assert site.findings(fault.check) == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_of_one_thing_is_told_of_no_other(fault: Fault) -> None:
    """Checks of other things find nothing: each finding is about what is broken."""
    with moto_site() as site:
        fault.inject(site)

        others = [name for name in CHECKS if name != fault.check]
        assert [finding.id for name in others for finding in site.findings(name)] == []


def test_doorbell_without_dead_letters_is_found(site: HealthSite) -> None:
    """A queue that has lost its place for dead letters fails, and infra is what gives it back."""
    site.client("sqs").set_queue_attributes(
        QueueUrl=site.places.doorbell_url, Attributes={"RedrivePolicy": ""}
    )

    (finding,) = site.findings("doorbell")

    assert finding.id == "doorbell.dead_letters"
    assert finding.action.command == "pulumi up --refresh --cwd infra"


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        ("artifacts_bucket", SubjectKind.BUCKET),
        ("runs_table", SubjectKind.TABLE),
        ("state_key", SubjectKind.KEY),
        ("doorbell", SubjectKind.QUEUE),
        ("deployed_code", SubjectKind.FUNCTION),
    ],
)
def test_what_is_there_is_told_to_be(site: HealthSite, check: str, kind: SubjectKind) -> None:
    """The rule that finds something absent says so, too, when it is there."""
    told = [each for each in site.look(check) if each.rule == f"{check}.absent"]

    assert {each.status for each in told} == {Status.PASS}
    assert {each.subject.kind for each in told} == {kind}


def test_what_nobody_may_look_at_is_not_told_to_be_there() -> None:
    """When all is refused, nobody knows whether the thing exists."""
    subject = Subject(SubjectKind.BUCKET, "artifacts")
    refused = [is_unknown("bucket.versioning", subject, "AWS does not let this role look")]

    assert with_presence("bucket", subject, refused) == refused


def test_of_a_disabled_key_the_rotation_is_unknown(site: HealthSite) -> None:
    """That it is not told does not mean that it is well."""
    kms, alias = site.client("kms"), site.places.state_key_alias
    kms.disable_key(KeyId=kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"])

    statuses = {each.rule: each.status for each in site.look("state_key")}

    assert statuses["state_key.rotation"] is Status.UNKNOWN


@dataclass(frozen=True)
class TableInTrouble:
    """Answers as DynamoDB does for a table whose key is gone."""

    status: str

    def describe_table(self, **_: str) -> dict[str, object]:
        return {"Table": {"TableStatus": self.status}}

    def describe_continuous_backups(self, **_: str) -> dict[str, object]:
        backups = {"PointInTimeRecoveryStatus": "ENABLED"}
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": backups}}

    def describe_time_to_live(self, **_: str) -> dict[str, object]:
        expiry = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
        return {"TimeToLiveDescription": expiry}


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("ACTIVE", []),
        ("UPDATING", []),
        ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", ["runs_table.status"]),
        ("DELETING", ["runs_table.status"]),
    ],
)
def test_table_that_does_not_answer_is_found(status: str, found: list[str]) -> None:
    """A table that is there and cannot be used fails; one that is being changed does not."""
    client: Any = TableInTrouble(status)
    check = TableCheck(
        name="runs_table",
        table="runs",
        client=client,
        impact_of_absence="nothing runs",
        setting="infra",
    )

    findings = [finding for assessment in check.look() for finding in assessment.findings]

    assert [finding.id for finding in findings] == found
