"""The deployed rotation function, and the same handler in this process, each with its secrets."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from deployed_hoist import DeployedHoist
from hoist.clock import SystemClock
from hoist.rotation_engine.engine import RotationEngine
from hoist.rotation_engine.placeholders import RotateSecretPlaceholders
from hoist.rotation_engine.seams import Handler, Listener, Placeholders
from hoist.rotation_engine.tries import Tries
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from rotation import wiring
from rotation.choice import STRATEGY_TAG
from rotation.commands.local_function import local_function
from rotation.settings import RotationSettings

OLD_VALUE = "the-value-before-the-rotation"
TOKEN = "5d1c0000-aaaa-4bbb-8ccc-0123456789ab"
IDS_AND_TIMES = {"id", "eventID", "time", "eventTime"}


class StepFailedError(Exception):
    """The text of the function's error, which is what Secrets Manager keeps of it."""


@dataclass(frozen=True, slots=True)
class PendingVersions:
    """The versions that a rotation begins with: the local AWS's own RotateSecret calls nothing."""

    client: Any
    value: str = ""
    """As a first try leaves it behind that dies after createSecret; else the version is empty."""

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        value = {"SecretString": self.value} if self.value else {}
        self.client.put_secret_value(
            SecretId=secret_id,
            ClientRequestToken=version_id,
            VersionStages=["AWSPENDING"],
            **value,
        )


@dataclass(frozen=True, slots=True)
class DeployedRotation:
    """The deployed function, and secrets on the same local AWS."""

    hoist: DeployedHoist
    client: Any
    steps: list[str] = field(default_factory=list)
    # What failed steps have answered, and logged.
    told: list[str] = field(default_factory=list)

    def invoke(self, event: Mapping[str, str], _context: object = None) -> None:
        """Call the function as Secrets Manager does; raises StepFailedError."""
        self.steps.append(event["Step"])
        answer = self.hoist.clients.lambda_functions().invoke(
            FunctionName=self.hoist.outputs["rotationFunction"],
            Payload=json.dumps(event),
            LogType="Tail",
        )
        told = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            self.told.append(told + base64.b64decode(answer["LogResult"]).decode())
            raise StepFailedError(json.loads(told)["errorMessage"])

    def engine(
        self,
        pending: str = "",
        listener: Listener = lambda event: None,
        token: str = TOKEN,
    ) -> RotationEngine:
        """One that begins with an empty version, or with this value stored."""
        placeholders = PendingVersions(self.client, pending)
        return engine_of(self.client, placeholders, self.invoke, listener, token)

    def open_rotation(self, arn: str, value: str) -> None:
        """As it is left by a try that dies after it has stored this value."""
        PendingVersions(self.client, value).add_placeholder(arn, TOKEN)

    def secret(self, name: str = "") -> str:
        """A new one whose rotation is switched on, with the ARN that the stack exports."""
        name = name or secrets.token_hex(8)
        arn = new_secret(self.client, f"hoist/{self.hoist.outputs['environment']}/{name}")
        self.client.rotate_secret(
            SecretId=arn,
            RotationLambdaARN=self.hoist.outputs["rotationFunctionArn"],
            RotationRules={"AutomaticallyAfterDays": 30},
        )
        return arn

    def value(self, arn: str, label: str) -> str:
        text: str = self.client.get_secret_value(SecretId=arn, VersionStage=label)["SecretString"]
        return text


@dataclass(frozen=True, slots=True)
class FilePendingVersions:
    """The same beginnings in a file store, whose RotateSecret makes the empty version itself."""

    store: FileSecretStore
    function_arn: str
    value: str = ""

    def add_placeholder(self, secret_id: str, version_id: str) -> None:
        empty = RotateSecretPlaceholders(self.store, function_arn=self.function_arn)
        empty.add_placeholder(secret_id, version_id)
        if self.value:
            self.store.put_secret_value(
                SecretId=secret_id,
                ClientRequestToken=version_id,
                SecretString=self.value,
                VersionStages=["AWSPENDING"],
            )


def deployed_rotation(hoist: DeployedHoist) -> DeployedRotation:
    keys = hoist.clients.settings.credentials
    session = boto3.Session(
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key.reveal(),
        region_name=hoist.clients.settings.region,
    )
    return DeployedRotation(
        hoist, session.client("secretsmanager", endpoint_url=emulator_url(hoist))
    )


def emulator_url(hoist: DeployedHoist) -> str:
    url = hoist.stack.workshop.installation.aws_settings.endpoint_url
    assert url
    return url


def new_secret(client: Any, name: str) -> str:
    arn: str = client.create_secret(
        Name=name,
        SecretString=OLD_VALUE,
        Tags=[{"Key": STRATEGY_TAG, "Value": "generated"}],
    )["ARN"]
    return arn


def engine_of(
    client: Any,
    placeholders: Placeholders,
    handler: Handler,
    listener: Listener,
    token: str = TOKEN,
) -> RotationEngine:
    return RotationEngine(
        client=client,
        placeholders=placeholders,
        handler=handler,
        clock=SystemClock(),
        listener=listener,
        tries=Tries(at_most=1),
        new_token=lambda: token,
    )


def told_by_deployed(place: DeployedRotation, name: str, pending: str) -> list[Any]:
    """The log of a rotation by the deployed function."""
    log: list[Mapping[str, Any]] = []
    arn = place.secret(name)
    place.engine(pending, log.append).rotate(arn)
    return without_ids_and_times(log, arn)


def told_in_process(place: DeployedRotation, name: str, pending: str, root: Path) -> list[Any]:
    """The log of the same rotation over a file store, by the handler in this process."""
    log: list[Mapping[str, Any]] = []
    clock = SystemClock()
    create_key_file(root / "master.key")
    store = FileSecretStore(root / "store", master_keys_in_file(root / "master.key"), clock=clock)
    handler = local_function(store, wiring.strategies(RotationSettings(), clock), clock)
    function_arn = place.hoist.outputs["rotationFunctionArn"]
    placeholders = FilePendingVersions(store, function_arn, pending)
    arn = new_secret(store, f"hoist/{place.hoist.outputs['environment']}/{name}")
    engine_of(store, placeholders, handler, log.append).rotate(arn)
    return without_ids_and_times(log, arn)


def without_ids_and_times(log: Sequence[Mapping[str, Any]], arn: str) -> list[Any]:
    """The events, and instead of the ARN, which ends at random, a word."""

    def kept(fields: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if name not in IDS_AND_TIMES}

    events: list[Any] = json.loads(json.dumps(log).replace(arn, "ARN"), object_hook=kept)
    return events
