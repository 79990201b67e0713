"""What is deployed where, and what is refused."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.settings import ENVIRONMENT_PATTERN
from deployment import target
from deployment.aws_cli import find_aws_cli
from deployment.errors import DeploymentRefusedError
from deployment.target import check_environment, find_target, principal_of, region_from
from recording_tools import RecordingTools

USER = "arn:aws:iam::111122223333:user/teams/ada"


@pytest.mark.parametrize("name", ["", "d", "Dev", "1dev", "dev-", "a" * 17, "dev\n", "local"])
def test_some_names_are_refused(name: str) -> None:
    """What the template would refuse, and the name of the local AWS."""
    with pytest.raises(DeploymentRefusedError):
        check_environment(name)


@pytest.mark.parametrize("name", ["dev", "prod", "eu-1", "a" * 16])
def test_names_of_environments(name: str) -> None:
    """All others are taken."""
    check_environment(name)


def test_names_are_those_of_the_settings() -> None:
    """The rule is that of Hoist's own stack."""
    assert target._ENVIRONMENT.pattern == ENVIRONMENT_PATTERN


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"AWS_REGION": ""},
        {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
        {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"},
    ],
)
def test_it_must_be_clear_where(environ: Mapping[str, str]) -> None:
    """Without a region, and in a shell that is pointed at a local AWS, nothing is deployed."""
    with pytest.raises(DeploymentRefusedError):
        region_from(environ)


def test_the_region_is_that_of_the_sdks() -> None:
    """AWS_REGION comes before AWS_DEFAULT_REGION."""
    both = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}

    assert region_from(both) == "eu-west-1"
    assert region_from({"AWS_DEFAULT_REGION": "us-east-1"}) == "us-east-1"


def test_who_deploys(tmp_path: Path) -> None:
    """Account and identity are those that AWS itself tells."""
    tools = RecordingTools(tmp_path)
    tools.add("aws")
    tools.answer("aws", "sts", json.dumps({"Account": "111122223333", "Arn": USER}))
    aws = find_aws_cli(tools.environment(), region="eu-west-1")

    found = find_target("dev", aws)

    assert (found.account, found.principal, found.region) == ("111122223333", USER, "eu-west-1")
    assert found.installation == "hoist-dev"


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        (USER, USER),
        (
            "arn:aws:sts::111122223333:assumed-role/deployers/ada",
            "arn:aws:iam::111122223333:role/deployers",
        ),
        (
            "arn:aws-cn:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a/ada@example.com",
            "arn:aws-cn:iam::111122223333:role/AWSReservedSSO_Admin_0a",
        ),
    ],
)
def test_principals(arn: str, principal: str) -> None:
    """A user is itself; a session is its role, as `hoist:access` names it."""
    assert principal_of(arn) == principal


@given(arn=st.text(max_size=80) | st.just("arn:aws:iam::111122223333:root"))
def test_nobody_else(arn: str) -> None:
    """The root of an account, and what is no identity at all, are refused."""
    with pytest.raises(DeploymentRefusedError):
        principal_of(arn)
