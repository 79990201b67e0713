"""What has to be there first, as CloudFormation and Lambda tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from health.doctor.groundwork import Groundwork, Surveyor
from health.doctor.places import Patient, patient_on_aws
from health.findings.assessment import Status
from health.findings.finding import Finding
from health_command_check import complaints
from hoist.aws import AwsSettings

OUTPUTS = {"StateBucket": "bucket", "StateTable": "table", "StateKeyAlias": "alias/key"}
VARIABLES = {
    "HOIST_INSTALLATION": "hoist-dev",
    "HOIST_STATE_BUCKET": "bucket",
    "HOIST_STATE_TABLE": "table",
    "HOIST_STATE_KEY_ALIAS": "alias/key",
    "HOIST_RUNS_TABLE": "runs",
    "HOIST_ARTIFACTS_BUCKET": "artifacts",
    "HOIST_DOORBELL_URL": "https://sqs/1/bell",
    "HOIST_ACCESS_TABLE": "access",
}


@dataclass
class Account:
    """What is deployed; `refusals` are the calls that the caller may not make."""

    stack_status: str | None = "CREATE_COMPLETE"
    variables: Mapping[str, str] | None = field(default_factory=lambda: VARIABLES)
    refusals: frozenset[str] = frozenset()

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        self._refuse("describe_stacks")
        if self.stack_status is None:
            raise _error("ValidationError")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        return {"Stacks": [{"StackStatus": self.stack_status, "Outputs": outputs}]}

    def get_function(self, **_: str) -> dict[str, Any]:
        self._refuse("get_function")
        if self.variables is None:
            raise _error("ResourceNotFoundException")
        return {"Configuration": {"Environment": {"Variables": dict(self.variables)}}}

    def _refuse(self, call: str) -> None:
        if call in self.refusals:
            raise _error("AccessDenied")


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Any")


def surveyed(account: Account, *, is_local: bool = False) -> Groundwork:
    patient = Patient(installation="hoist-dev", aws=AwsSettings(), is_local=is_local)
    surveyor = Surveyor(patient, stacks=account, functions=account, region="eu-central-1")
    return surveyor.survey()


def findings(groundwork: Groundwork) -> list[Finding]:
    return [finding for each in groundwork.assessments for finding in each.findings]


def test_deployed_installation_tells_its_places() -> None:
    """The health function's environment names everything that there is to check."""
    groundwork = surveyed(Account())

    assert groundwork.is_deployed
    assert groundwork.settings is not None
    assert groundwork.settings.runs_table == "runs"
    assert {each.status for each in groundwork.assessments} == {Status.PASS}


def test_bootstrap_comes_first() -> None:
    """Where nothing is, only the first step is told, ready to paste."""
    (finding,) = findings(surveyed(Account(None, None)))

    assert finding.id == "groundwork.bootstrap"
    assert finding.action.command == (
        "aws cloudformation deploy --template-file infra/bootstrap/template.yaml "
        "--stack-name hoist-dev-bootstrap --parameter-overrides Environment=dev"
    )


def test_own_stack_comes_second() -> None:
    """After the bootstrap its places are known, and the next step is told."""
    groundwork = surveyed(Account(variables=None))

    assert [each.action.command for each in findings(groundwork)] == ["pulumi up --cwd infra"]
    assert groundwork.settings is not None
    assert groundwork.settings.state_bucket == "bucket"
    assert not groundwork.is_deployed


def test_local_installation_has_commands_of_its_own() -> None:
    """On the local AWS the same two steps are commands of hoist."""
    first = findings(surveyed(Account(None, None), is_local=True))
    second = findings(surveyed(Account(variables=None), is_local=True))

    assert [each.action.command for each in (*first, *second)] == [
        "hoist local up",
        "hoist local deploy",
    ]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_IN_PROGRESS", "DELETE_FAILED"])
def test_unfinished_bootstrap_is_found(status: str) -> None:
    """A bootstrap stack that is not whole is told by its status, with what shows why."""
    (finding,) = findings(surveyed(Account(status)))

    assert (finding.id, finding.evidence.value) == ("groundwork.bootstrap", status)
    assert complaints(finding.action.command) == complaints(finding.evidence.query) == []


def test_missing_rights_are_no_missing_stack() -> None:
    """What the caller may not see is unknown, and nobody is told to deploy it again."""
    groundwork = surveyed(Account(refusals=frozenset({"describe_stacks", "get_function"})))

    assert findings(groundwork) == []
    assert {each.status for each in groundwork.assessments} == {Status.UNKNOWN}
    assert groundwork.settings is None


def test_rights_on_the_function_suffice() -> None:
    """Whoever may not look at CloudFormation is led by the health function all the same."""
    groundwork = surveyed(Account(refusals=frozenset({"describe_stacks"})))

    assert groundwork.is_deployed


def test_function_of_another_version_is_unknown() -> None:
    """An environment that lacks a variable is told by its name."""
    groundwork = surveyed(Account(variables={"HOIST_INSTALLATION": "hoist-dev"}))

    unknown = [each.unknown_because for each in groundwork.assessments if each.unknown_because]
    assert unknown == ["the environment has no HOIST_STATE_BUCKET"]


@pytest.mark.parametrize(
    ("option", "environ", "installation"),
    [
        ("", {}, "hoist-dev"),
        ("prod", {}, "hoist-prod"),
        ("hoist-prod", {}, "hoist-prod"),
        ("", {"HOIST_INSTALLATION": "hoist-test"}, "hoist-test"),
        ("prod", {"HOIST_INSTALLATION": "hoist-test"}, "hoist-prod"),
    ],
)
def test_installation_is_chosen_by_option_then_environment(
    option: str, environ: Mapping[str, str], installation: str
) -> None:
    """The option comes before HOIST_INSTALLATION, and an environment's name is enough."""
    patient = patient_on_aws(environ, installation=option, region="")

    assert patient.installation == installation
    assert patient.bootstrap_stack == f"{installation}-bootstrap"
