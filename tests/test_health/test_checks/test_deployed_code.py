"""Functions as Lambda tells them: what is ill, what is only on its way, and what cannot be told."""

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from health.checks.deployed_code import DeployedCode
from health.dependencies.images import Images
from health.dependencies.installation import ROLES, functions_of
from health.findings.assessment import Assessment, Status
from health_command_check import complaints

INSTALLATION = "hoist-dev"
WORKER = "hoist-dev-orchestrator-worker"
DIGEST = "ab" * 32
IMAGE = f"000000000000.dkr.ecr.eu-central-1.amazonaws.com/hoist-worker@sha256:{DIGEST}"
PACKAGE = f"s3://packages/packages/api-{DIGEST}.zip"


@dataclass
class FunctionAnswers:
    """Lambda and ECR, with all functions well; `changed` is what is different of the worker's."""

    changed: dict[str, Any] = field(default_factory=dict)
    is_image_there: bool = True
    refused: str = ""

    def get_function(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - Lambda's
        if FunctionName == self.refused:
            raise _error("AccessDeniedException")
        is_worker = FunctionName == WORKER
        told = {
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "Architectures": ["arm64"],
            "Description": f"release 0123456789ab of {IMAGE if is_worker else PACKAGE}",
            "CodeSha256": base64.b64encode(bytes.fromhex(DIGEST)).decode(),
            **(self.changed if is_worker else {"Runtime": "python3.13"}),
        }
        uri = self.changed.get("ImageUri", IMAGE)
        return {"Configuration": told, "Code": {"ResolvedImageUri": uri} if is_worker else {}}

    def describe_images(self, **_: object) -> None:
        if not self.is_image_there:
            raise _error("ImageNotFoundException")


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Any")


def look(answers: Any) -> list[Assessment]:
    check = DeployedCode(installation=INSTALLATION, client=answers, images=Images(answers))
    return list(check.look())


def found(answers: FunctionAnswers) -> list[str]:
    return [finding.id for assessment in look(answers) for finding in assessment.findings]


def unknown(answers: FunctionAnswers) -> list[str]:
    return [each.rule for each in look(answers) if each.status is Status.UNKNOWN]


def test_whole_release_is_well() -> None:
    """Zips and an image of one release: everything is known and well."""
    assert {each.status for each in look(FunctionAnswers())} == {Status.PASS}


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"State": "Failed", "StateReasonCode": "ImageDeleted"}, "deployed_code.state"),
        ({"LastUpdateStatus": "Failed"}, "deployed_code.last_update"),
        ({"Architectures": ["x86_64"]}, "deployed_code.architecture"),
        ({"Description": f"release ffffffffffff of {IMAGE}"}, "deployed_code.release"),
        ({"ImageUri": IMAGE.replace("ab", "cd")}, "deployed_code.digest"),
    ],
)
def test_each_trouble_gives_its_finding(changed: dict[str, Any], finding: str) -> None:
    """One thing that is wrong with one function gives one finding."""
    assert found(FunctionAnswers(changed)) == [finding]


def test_missing_image_is_found() -> None:
    """An image that is no longer in its repository is found before Lambda misses it."""
    assert found(FunctionAnswers(is_image_there=False)) == ["deployed_code.image"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"State": "Pending"}, "deployed_code.state"),
        ({"LastUpdateStatus": "InProgress"}, "deployed_code.last_update"),
        ({"Description": "mine"}, "deployed_code.digest"),
        ({"Description": ""}, "deployed_code.digest"),
    ],
)
def test_what_cannot_be_told_is_unknown(changed: dict[str, Any], rule: str) -> None:
    """What is on its way, or not described by infra, is neither well nor ill."""
    answers = FunctionAnswers(changed)

    assert (unknown(answers), found(answers)) == ([rule], [])


def test_sleeping_function_is_well() -> None:
    """Lambda wakes what it has put aside as soon as somebody calls it."""
    assert found(FunctionAnswers({"State": "Inactive", "StateReasonCode": "Idle"})) == []


def test_function_that_may_not_be_looked_at_hides_no_other() -> None:
    """A refusal makes one function unknown; what is wrong with another is told."""
    answers = FunctionAnswers({"State": "Failed"}, refused="hoist-dev-health")

    assert (unknown(answers), found(answers)) == (["deployed_code"], ["deployed_code.state"])


def test_commands_can_be_pasted() -> None:
    """What shows a trouble is a command that AWS's own command line understands."""
    changed = {"ImageUri": IMAGE.replace("ab", "cd"), "Architectures": ["x86_64"]}
    findings = [finding for each in look(FunctionAnswers(changed)) for finding in each.findings]

    assert [complaints(finding.evidence.query) for finding in findings] == [[], []]
    digest = next(each for each in findings if each.id == "deployed_code.digest")
    assert digest.action.command == (
        f"aws lambda update-function-code --function-name {WORKER} --image-uri {IMAGE}"
    )


def test_functions_are_named_as_infra_names_them() -> None:
    """There is a name for each function that infra makes, and for no other."""
    from components.functions import Function

    assert sorted(ROLES) == sorted(Function)
    assert functions_of("hoist-dev")[0] == "hoist-dev-orchestrator-api"
