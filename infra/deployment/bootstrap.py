"""Brings the bootstrap stack to what its template says, by CloudFormation."""

import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path

from deployment.aws_cli import AwsCli
from deployment.target import DeploymentTarget
from local.bootstrap import BootstrapOutputs

TEMPLATE = Path("infra") / "bootstrap" / "template.yaml"
_SAM_SETTINGS = "samconfig.toml"


def deploy_bootstrap(
    target: DeploymentTarget, aws: AwsCli, *, repository: Path
) -> BootstrapOutputs:
    """Create or update it, or leave it if nothing differs. Raises AwsCallFailedError."""
    stack = f"{target.installation}-bootstrap"
    aws.carry_out(
        *("cloudformation", "deploy"),
        *("--template-file", str(repository / TEMPLATE)),
        *("--stack-name", stack),
        *("--parameter-overrides", *parameters_of(target.environment, repository)),
        "--tags",
        f"hoist:installation={target.installation}",
        f"hoist:environment={target.environment}",
        "--no-fail-on-empty-changeset",
    )
    outputs = aws.answer(
        *("cloudformation", "describe-stacks", "--stack-name", stack),
        *("--query", "Stacks[0].Outputs"),
    )
    return BootstrapOutputs.of_stack({each["OutputKey"]: each["OutputValue"] for each in outputs})


def parameters_of(environment: str, repository: Path) -> Sequence[str]:
    """`Name=Value` as samconfig.toml has them for the environment; else its name alone."""
    settings = tomllib.loads((repository / _SAM_SETTINGS).read_text(encoding="utf-8"))
    known = settings.get(environment, {}).get("deploy", {}).get("parameters", {})
    given: str | list[str] = known.get("parameter_overrides", [f"Environment={environment}"])
    return shlex.split(given) if isinstance(given, str) else given
