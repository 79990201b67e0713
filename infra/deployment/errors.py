"""Errors of deploying onto an account.

HoistError
  DeploymentRefusedError   what was asked for is not to be deployed
  AwsCliMissingError       there is no `aws` command
  AwsCallFailedError       the `aws` command has failed, and has said why
  ImageNotFoundError       a repository does not tell of the image that was pushed to it
"""

from hoist.errors import EnvironmentFaultError, UsageError


class DeploymentRefusedError(UsageError):
    """What was asked for is not to be deployed."""

    code = "deployment_refused"


class AwsCliMissingError(EnvironmentFaultError):
    """There is no `aws` command."""

    code = "aws_cli_missing"

    def __init__(self) -> None:
        super().__init__(
            "deploying needs the `aws` command, and none is on PATH",
            way_out="install the AWS CLI, version 2"
            " (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)",
        )


class AwsCallFailedError(EnvironmentFaultError):
    """The `aws` command has failed, and has said why."""

    code = "aws_call_failed"

    def __init__(self, call: str, problem: str) -> None:
        super().__init__(
            f"`aws {call}` {problem}",
            way_out="read what it said above; `aws sts get-caller-identity` shows whether you are"
            " signed in, and `aws --version` has to say 2",
        )


class ImageNotFoundError(EnvironmentFaultError):
    """A repository does not tell of the image that was pushed to it."""

    code = "image_not_found"

    def __init__(self, repository: str, tag: str) -> None:
        super().__init__(
            f"{repository} has no image {tag}, which was just pushed",
            way_out="run it again: what was pushed stays",
        )
