"""The stores that a rotation runs on in tests, under one face."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from hoist.clock import FixedClock
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.placeholders import RotateSecretPlaceholders
from hoist.rotation_engine.seams import Placeholders
from hoist.rotation_engine.tries import Tries
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from rotation import wiring
from rotation.choice import STRATEGY_TAG
from rotation.door import answer
from rotation.rotation import Rotation
from rotation.settings import RotationSettings
from rotation.versions import SecretVersions
from rotation_site import MORNING, RecordingStrategy
from rotation_store import InMemorySecrets

FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:rotation"


@dataclass
class RotationPlace:
    """A store, the function, and an engine between them."""

    client: Any
    placeholders: Placeholders
    clock: FixedClock
    strategy: RecordingStrategy = field(default_factory=RecordingStrategy)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    @property
    def engine(self) -> RotationEngine:
        return RotationEngine(
            client=self.client,
            placeholders=self.placeholders,
            handler=self.handle,
            clock=self.clock,
            listener=self.events.append,
            tries=Tries(at_most=2),
        )

    def handle(self, event: Any, context: object) -> None:
        """The function, with each step that it was asked for written down."""
        self.steps.append(event["Step"])
        rotation = Rotation(
            versions=SecretVersions(self.client),
            strategies={
                **wiring.strategies(RotationSettings(), self.clock),
                "recording": lambda: self.strategy,
            },
            clock=self.clock,
        )
        answer(event, lambda: rotation)

    def secret(self, value: str, strategy: str) -> str:
        """The ARN of a new secret."""
        if isinstance(self.client, InMemorySecrets):
            return self.client.create_secret("app/key", value, tags={STRATEGY_TAG: strategy})
        created = self.client.create_secret(
            Name="app/key",
            SecretString=value,
            Tags=[{"Key": STRATEGY_TAG, "Value": strategy}],
        )
        arn: str = created["ARN"]
        return arn

    def value(self, arn: str, label: str = "AWSCURRENT") -> str:
        text: str = self.client.get_secret_value(SecretId=arn, VersionStage=label)["SecretString"]
        return text

    def labels(self, arn: str) -> list[list[str]]:
        """The labels, without the versions that bear them."""
        held = self.client.describe_secret(SecretId=arn)["VersionIdsToStages"].values()
        return sorted(sorted(labels) for labels in held if labels)

    def told(self) -> list[object]:
        """What the listener heard, without ids and names that differ from run to run."""
        details = [event["detail"] for event in self.events]
        return [
            (detail.get("eventName"), detail.get("errorMessage"), detail.get("labelUpdated"))
            for detail in details
        ]


class MotoPlaceholders:
    """moto begins a rotation, with its empty version, only when it cannot find the function."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        with suppress(ClientError):
            self._client.rotate_secret(
                SecretId=secret_id,
                ClientRequestToken=version_id,
                RotationLambdaARN=FUNCTION_ARN,
                RotationRules={"AutomaticallyAfterDays": 30},
            )


@contextmanager
def place_named(name: str, root: Path) -> Iterator[RotationPlace]:
    """`memory`, `directory` or `moto`."""
    clock = FixedClock(MORNING)
    if name == "memory":
        memory = InMemorySecrets(clock)
        yield RotationPlace(memory, memory, clock)
    elif name == "directory":
        store = file_store(root, clock)
        placeholders = RotateSecretPlaceholders(store, function_arn=FUNCTION_ARN)
        yield RotationPlace(store, placeholders, clock)
    else:
        with mock_aws():
            session = boto3.Session(
                aws_access_key_id="test",
                aws_secret_access_key="test",
                region_name="us-east-1",
            )
            client = session.client("secretsmanager")
            yield RotationPlace(client, MotoPlaceholders(client), clock)


def file_store(root: Path, clock: FixedClock) -> FileSecretStore:
    create_key_file(root / "master.key")
    return FileSecretStore(root / "store", master_keys_in_file(root / "master.key"), clock=clock)
