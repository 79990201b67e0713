"""What the caller may not do is remembered as policies name it."""

import pytest
from botocore.stub import Stubber

from health.doctor.prescriptions import rights_missing
from health.doctor.refusals import CallersAws, action_of
from health_command_check import complaints
from hoist.aws import AwsCredentials, AwsSettings
from hoist.secret import Secret


@pytest.fixture
def aws() -> CallersAws:
    return CallersAws(AwsSettings("eu-central-1", None, AwsCredentials("test", Secret("test"))))


def refuse(aws: CallersAws, service: str, call: str, code: str, **parameters: object) -> None:
    client = aws.looked_at(service)
    with Stubber(client) as stubber:
        stubber.add_client_error(call, service_error_code=code)
        with pytest.raises(client.exceptions.ClientError):
            getattr(client, call)(**parameters)


def test_refused_calls_are_named_as_actions(aws: CallersAws) -> None:
    """Once each and in order, and by the name that a policy would allow."""
    refuse(aws, "s3", "get_bucket_encryption", "AccessDenied", Bucket="state")
    refuse(aws, "kms", "describe_key", "AccessDeniedException", KeyId="alias/state")
    refuse(aws, "kms", "describe_key", "AccessDeniedException", KeyId="alias/state")
    refuse(aws, "s3", "get_bucket_versioning", "NoSuchBucket", Bucket="state")

    assert aws.refused == ("kms:DescribeKey", "s3:GetEncryptionConfiguration")


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("tagging", "GetResources", "tag:GetResources"),
        ("s3", "ListObjectsV2", "s3:ListBucket"),
        ("dynamodb", "Query", "dynamodb:Query"),
    ],
)
def test_actions_are_those_of_policies(service: str, operation: str, action: str) -> None:
    """Where a call and its action differ, the action is told."""
    assert action_of(service, operation) == action


def test_finding_asks_iam_which_policy_decides() -> None:
    """Its command can be pasted, and names the principal and every action."""
    assessment = rights_missing("arn:aws:iam::000000000000:role/Dev", ("kms:DescribeKey",))

    (finding,) = assessment.findings
    assert complaints(finding.action.command) == []
    assert finding.action.command.endswith("--action-names kms:DescribeKey")


def test_named_region_is_the_region(aws: CallersAws) -> None:
    """What was named comes before what a profile has."""
    assert aws.region == "eu-central-1"
