"""The bootstrap stack, as CloudFormation is asked for it."""

from pathlib import Path

import pytest

from deployment.aws_cli import find_aws_cli
from deployment.bootstrap import TEMPLATE, deploy_bootstrap, parameters_of
from deployment.target import DeploymentTarget
from local.bootstrap.template import parse_template
from recording_tools import RecordingTools

REPOSITORY = Path(__file__).resolve().parents[2]
TARGET = DeploymentTarget("dev", "eu-west-1", "111122223333", "arn:aws:iam::111122223333:user/a")


def test_it_is_deployed_as_documented(tmp_path: Path) -> None:
    """By the template, under the documented name, with the parameters of samconfig.toml; what it
    made is what the stack's outputs are.
    """
    names = parse_template((REPOSITORY / TEMPLATE).read_text())["Outputs"]
    tools = RecordingTools(tmp_path)
    tools.add("aws")
    tools.answer(
        "aws", "describe-stacks", [{"OutputKey": n, "OutputValue": f"<{n}>"} for n in names]
    )
    aws = find_aws_cli(tools.environment(), region="eu-west-1")

    outputs = deploy_bootstrap(TARGET, aws, repository=REPOSITORY)

    deploy, describe = (run.arguments for run in tools.ran)
    assert deploy[:2] == ["cloudformation", "deploy"]
    assert deploy[deploy.index("--template-file") + 1] == str(REPOSITORY / TEMPLATE)
    assert deploy[deploy.index("--stack-name") + 1] == "hoist-dev-bootstrap"
    assert "AuditRetentionMode=GOVERNANCE" in deploy
    assert "--no-fail-on-empty-changeset" in deploy
    assert describe[describe.index("--stack-name") + 1] == "hoist-dev-bootstrap"
    assert outputs.state_bucket == "<StateBucket>"
    assert {outputs.worker_repository, *outputs.as_config().values()} == {f"<{n}>" for n in names}


@pytest.mark.parametrize("environment", ["dev", "prod", "eu-1"])
def test_parameters_are_the_templates(environment: str) -> None:
    """Each is one that the template has, and one names the environment."""
    known = parse_template((REPOSITORY / TEMPLATE).read_text())["Parameters"]

    parameters = dict(each.split("=") for each in parameters_of(environment, REPOSITORY))

    assert parameters.keys() <= known.keys()
    assert parameters["Environment"] == environment
