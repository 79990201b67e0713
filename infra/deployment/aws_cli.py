"""The `aws` command: it finds profiles, single sign-on and roles as this user has set them up."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployment.errors import AwsCallFailedError, AwsCliMissingError
from hoist.aws import AwsCredentials
from hoist.secret import Secret


@dataclass(frozen=True, slots=True)
class AwsCli:
    """Each call is made in one region; what goes wrong, `aws` tells on standard error itself.

    Every method raises AwsCallFailedError.
    """

    program: Path
    environment: Mapping[str, str]
    region: str

    def carry_out(self, *arguments: str) -> None:
        """Make the call and show what it says."""
        self._run(arguments, stdout=sys.stderr.fileno())

    def answer(self, *arguments: str) -> Any:
        """What it answers, from JSON."""
        text = self._run((*arguments, "--output", "json"), stdout=subprocess.PIPE)
        try:
            return json.loads(text)
        except ValueError as error:
            raise _failed(arguments, "has not answered with JSON") from error

    def secret(self, *arguments: str) -> Secret:
        """A secret that it prints."""
        return Secret(self._run(arguments, stdout=subprocess.PIPE).strip())

    def credentials(self) -> AwsCredentials:
        """Those that it signs with, for clients that do not know this user's ways."""
        call = ("configure", "export-credentials", "--format", "process")
        found = json.loads(self.secret(*call).reveal() or "{}")
        if "AccessKeyId" not in found or "SecretAccessKey" not in found:
            raise _failed(call, "has no credentials")
        token = found.get("SessionToken")
        return AwsCredentials(
            found["AccessKeyId"], Secret(found["SecretAccessKey"]), Secret(token) if token else None
        )

    def _run(self, arguments: tuple[str, ...], *, stdout: int) -> str:
        try:
            done = subprocess.run(
                [str(self.program), *arguments, "--region", self.region],
                # It must neither wait for a pager nor for an answer.
                env={**self.environment, "AWS_PAGER": ""},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                check=False,
            )
        except OSError as error:
            raise _failed(arguments, f"cannot be started ({error.strerror})") from error
        if done.returncode != 0:
            raise _failed(arguments, f"ended with status {done.returncode}")
        return (done.stdout or b"").decode("utf-8", "replace")


def find_aws_cli(environment: Mapping[str, str], *, region: str) -> AwsCli:
    """The one on PATH; raises AwsCliMissingError."""
    found = shutil.which("aws", path=environment.get("PATH", ""))
    if found is None:
        raise AwsCliMissingError
    return AwsCli(Path(found), environment, region)


def _failed(arguments: tuple[str, ...], problem: str) -> AwsCallFailedError:
    # Service and operation say enough; the rest may be long.
    return AwsCallFailedError(" ".join(arguments[:2]), problem)
