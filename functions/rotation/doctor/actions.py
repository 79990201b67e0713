"""What mends a rotation: each action is one call, and one command of the AWS CLI."""

import shlex
from dataclasses import dataclass
from typing import Protocol

from rotation.steps import Stage


@dataclass(frozen=True, slots=True)
class MoveLabel:
    """A label goes from one version to another, or away from it."""

    stage: Stage
    from_version: str
    to_version: str = ""

    @property
    def sentence(self) -> str:
        if not self.to_version:
            return f"take {self.stage} away from version {self.from_version}"
        return f"move {self.stage} from version {self.from_version} to {self.to_version}"

    def aws_command(self, arn: str) -> str:
        target = ("--move-to-version-id", self.to_version) if self.to_version else ()
        source = ("--remove-from-version-id", self.from_version)
        label = ("--version-stage", self.stage.value)
        return _command("update-secret-version-stage", arn, *label, *target, *source)


@dataclass(frozen=True, slots=True)
class GoOn:
    """The open rotation is tried again, with the value that it has stored."""

    sentence = "try the open rotation again, with its own value"

    def aws_command(self, arn: str) -> str:
        # It answers that a rotation is not complete, and has that one tried again.
        return _command("rotate-secret", arn)


@dataclass(frozen=True, slots=True)
class Rotate:
    """A new rotation, with a new token and a new value."""

    sentence = "start a new rotation"

    def aws_command(self, arn: str) -> str:
        return _command("rotate-secret", arn)


class Action(Protocol):
    """One step of a treatment."""

    @property
    def sentence(self) -> str:
        """What it does, as an order."""
        ...

    def aws_command(self, arn: str) -> str:
        """The command that does the same at AWS."""
        ...


def _command(operation: str, arn: str, *options: str) -> str:
    return shlex.join(("aws", "secretsmanager", operation, "--secret-id", arn, *options))
