"""The store under test, and the few calls that cases have in common."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from hoist.secrets.client import SecretsClient

StartRotation = Callable[["Subject", str, str], None]


def new_token() -> str:
    return str(uuid.uuid4())


def start_by_rotate_secret(subject: "Subject", name: str, token: str) -> None:
    """Bring the secret to where the first step of a rotation finds it."""
    subject.client.rotate_secret(
        SecretId=name,
        ClientRequestToken=token,
        RotationLambdaARN=subject.function_arn,
        RotationRules={"AutomaticallyAfterDays": 30},
    )


@dataclass(slots=True)
class Subject:
    """A store. Secrets Manager may invoke `function_arn` (which fails), and not the missing one."""

    client: SecretsClient
    function_arn: str
    missing_function_arn: str
    start: StartRotation = start_by_rotate_secret
    _names: list[str] = field(default_factory=list)

    def new_name(self, ending: str = "") -> str:
        name = f"hoist-conformance/{uuid.uuid4()}{ending}"
        self._names.append(name)
        return name

    def new_secret(self, value: str = "first") -> tuple[str, str]:
        """The name of a fresh secret, and the id of its current version."""
        # The store's word for the id, not our token: one that ignores tokens fails where that is
        # the question, and not everywhere.
        name = self.new_name()
        made = self.client.create_secret(
            Name=name, SecretString=value, ClientRequestToken=new_token()
        )
        return name, made["VersionId"]

    def put(self, name: str, value: str, *stages: str) -> str:
        """The id of a new version; without stages it is the current one."""
        token = new_token()
        if not stages:
            return self.client.put_secret_value(
                SecretId=name, SecretString=value, ClientRequestToken=token
            )["VersionId"]
        return self.client.put_secret_value(
            SecretId=name, SecretString=value, ClientRequestToken=token, VersionStages=stages
        )["VersionId"]

    def new_rotating_secret(self) -> tuple[str, str, str]:
        """Name, current version and empty pending version of a secret that begins to rotate."""
        name, current = self.new_secret()
        token = new_token()
        self.start(self, name, token)
        return name, current, token

    def value(self, name: str, stage: str = "AWSCURRENT") -> str:
        return self.client.get_secret_value(SecretId=name, VersionStage=stage)["SecretString"]

    def stages(self, name: str) -> dict[str, set[str]]:
        """Labels by version id, of all versions that have one."""
        described = self.client.describe_secret(SecretId=name)
        listed = described.get("VersionIdsToStages", {})
        return {version_id: set(stages) for version_id, stages in listed.items() if stages}

    def clean_up(self) -> None:
        """Delete what the case made, as far as the store lets us."""
        while self._names:
            with suppress(ClientError):
                self.client.delete_secret(
                    SecretId=self._names.pop(), ForceDeleteWithoutRecovery=True
                )
