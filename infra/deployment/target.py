"""Which environment is deployed where, and what is refused before anything is made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from deployment.aws_cli import AwsCli
from deployment.errors import DeploymentRefusedError

# As the bootstrap template and infra/components/settings.py have it.
_ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,14}[a-z0-9]")
_OF_THE_EMULATOR = "local"
_USER = re.compile(r"arn:[\w-]+:iam::\d{12}:user/\S+")
_SESSION = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/\s]+)/\S+")


@dataclass(frozen=True, slots=True)
class DeploymentTarget:
    """An environment in one region of one account, and the IAM identity that deploys it."""

    environment: str
    region: str
    account: str
    principal: str

    @property
    def installation(self) -> str:
        return f"hoist-{self.environment}"


def check_environment(environment: str) -> None:
    """Raises DeploymentRefusedError for a name that cannot be one on AWS."""
    if not _ENVIRONMENT.fullmatch(environment):
        raise DeploymentRefusedError(
            f"{environment!r} is no name of an environment",
            way_out="take 2 to 16 lower-case letters, digits and hyphens, such as ENV=dev",
        )
    if environment == _OF_THE_EMULATOR:
        raise DeploymentRefusedError(
            "`local` is the environment of the local AWS",
            way_out="`hoist local deploy` deploys that; for an account take another name",
        )


def region_from(environ: Mapping[str, str]) -> str:
    """The region; raises DeploymentRefusedError without one, or where AWS is not AWS.

    It must be said: what a profile has by default is where nobody looks for it afterwards.
    """
    endpoints = sorted(name for name in environ if name.startswith("AWS_ENDPOINT_URL"))
    if endpoints:
        raise DeploymentRefusedError(
            f"{endpoints[0]} is set: calls would not reach AWS",
            way_out=f"unset {' '.join(endpoints)}, or open a shell without the local AWS",
        )
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION", "")
    if not region:
        raise DeploymentRefusedError("no region is set", way_out="set AWS_REGION, and try again")
    return region


def find_target(environment: str, aws: AwsCli) -> DeploymentTarget:
    """Who deploys where. Raises DeploymentRefusedError, AwsCallFailedError."""
    caller = aws.answer("sts", "get-caller-identity")
    return DeploymentTarget(
        environment, aws.region, caller["Account"], principal_of(str(caller["Arn"]))
    )


def principal_of(arn: str) -> str:
    """The IAM user or role behind a caller; raises DeploymentRefusedError for any other.

    A session does not tell its role's path, and roles of Hoist are known without it.
    """
    if _USER.fullmatch(arn):
        return arn
    session = _SESSION.fullmatch(arn)
    if session is None:
        raise DeploymentRefusedError(
            f"{arn} is neither an IAM user nor a role, and nobody else can sign in to Hoist",
            way_out="deploy as a user or a role; not as the account's root",
        )
    return f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}"
