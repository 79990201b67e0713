"""The `aws` command, as it is run."""

from pathlib import Path

import pytest

from deployment.aws_cli import AwsCli, find_aws_cli
from deployment.errors import AwsCallFailedError, AwsCliMissingError
from recording_tools import Ran, RecordingTools

SESSION = {"Version": 1, "AccessKeyId": "AK", "SecretAccessKey": "SK", "SessionToken": "ST"}


@pytest.fixture
def tools(tmp_path: Path) -> RecordingTools:
    tools = RecordingTools(tmp_path)
    tools.add("aws")
    return tools


@pytest.fixture
def aws(tools: RecordingTools) -> AwsCli:
    return find_aws_cli(tools.environment(), region="eu-west-1")


def test_each_call_names_its_region(tools: RecordingTools, aws: AwsCli) -> None:
    """Whatever the profile's own is; and an answer is asked for as JSON."""
    tools.answer("aws", "list-images", [1, 2])

    aws.carry_out("cloudformation", "deploy")
    assert aws.answer("ecr", "list-images") == [1, 2]

    assert tools.ran == [
        Ran("aws", ["cloudformation", "deploy", "--region", "eu-west-1"]),
        Ran("aws", ["ecr", "list-images", "--output", "json", "--region", "eu-west-1"]),
    ]


def test_secrets_are_secret(tools: RecordingTools, aws: AwsCli) -> None:
    """Passwords and credentials come as what cannot be printed."""
    tools.answer("aws", "get-login-password", "pw\n")
    tools.answer("aws", "export-credentials", SESSION)

    assert aws.secret("ecr", "get-login-password").reveal() == "pw"
    found = aws.credentials()
    assert (found.access_key_id, found.secret_access_key.reveal()) == ("AK", "SK")
    assert found.session_token
    assert found.session_token.reveal() == "ST"
    assert "SK" not in repr(found)


@pytest.mark.parametrize(("answer", "status"), [("", 0), ("{}", 0), ("", 253)])
def test_missing_credentials_are_told(
    tools: RecordingTools, aws: AwsCli, answer: str, status: int
) -> None:
    """However `aws` says that there are none."""
    tools.answer("aws", "export-credentials", answer, status=status)

    with pytest.raises(AwsCallFailedError, match="aws configure export-credentials"):
        aws.credentials()


def test_failures_are_told(tools: RecordingTools, aws: AwsCli, tmp_path: Path) -> None:
    """The error names the call, without what it was called with."""
    tools.answer("aws", "deploy", status=255)
    tools.answer("aws", "list-images", "not JSON")

    with pytest.raises(AwsCallFailedError, match="`aws cloudformation deploy` ended .* 255"):
        aws.carry_out("cloudformation", "deploy", "--stack-name", "x")
    with pytest.raises(AwsCallFailedError, match="not answered with JSON"):
        aws.answer("ecr", "list-images")
    with pytest.raises(AwsCallFailedError, match="cannot be started"):
        AwsCli(tmp_path / "gone", {}, "eu-west-1").carry_out("sts", "get-caller-identity")


def test_without_it_nothing_is_deployed(tmp_path: Path) -> None:
    """The error says what to install."""
    with pytest.raises(AwsCliMissingError) as refused:
        find_aws_cli({"PATH": str(tmp_path)}, region="eu-west-1")

    assert "version 2" in refused.value.way_out
