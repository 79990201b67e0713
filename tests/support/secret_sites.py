"""Stores of secrets for tests: in a directory, on moto, on the emulator, and on AWS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from hoist.clock import FixedClock
from hoist.secrets.client import SecretsClient
from hoist.secrets.conformance import Subject
from hoist.secrets.conformance.settings import AwsConformanceSettings
from hoist.secrets.conformance.subject import StartRotation, start_by_rotate_secret
from hoist.secrets.disk import WriteStep, carry_on
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from hoist.secrets.master_keys import MasterKeys

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:rotate"
MISSING_FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:missing"


@dataclass(frozen=True, slots=True)
class SecretDirectory:
    """A directory for one file store, its key file beside it, and a clock that stands still."""

    root: Path
    clock: FixedClock

    @property
    def key_file(self) -> Path:
        return self.root / "master.key"

    @property
    def directory(self) -> Path:
        return self.root / "store"

    @property
    def keys(self) -> MasterKeys:
        create_key_file(self.key_file)
        return master_keys_in_file(self.key_file)

    def open(
        self,
        keys: MasterKeys | None = None,
        *,
        on_step: Callable[[WriteStep], None] = carry_on,
    ) -> FileSecretStore:
        """A fresh view of the store, as another process would have it."""
        return FileSecretStore(
            self.directory,
            keys or self.keys,
            clock=self.clock,
            may_invoke=lambda arn: arn == FUNCTION_ARN,
            on_step=on_step,
        )

    def secret_files(self) -> list[Path]:
        return sorted((self.directory / "secrets").glob("*.json"))

    def all_bytes(self) -> bytes:
        """Everything that the store keeps on disk."""
        files = sorted(path for path in self.directory.rglob("*") if path.is_file())
        return b"\0".join(path.read_bytes() for path in files)


def secret_directory(root: Path) -> SecretDirectory:
    return SecretDirectory(root, FixedClock(NOON))


def file_subject(root: Path) -> Subject:
    return _subject(secret_directory(root).open())


@contextmanager
def moto_subject() -> Iterator[Subject]:
    """moto begins a rotation, with its empty version, only when it cannot find the function."""
    with mock_aws():
        yield _subject(secrets_client(None), start=_start_on_moto)


def emulator_subject(url: str) -> Subject:
    return _subject(secrets_client(url))


def aws_subject(settings: AwsConformanceSettings) -> Subject:
    session = boto3.Session(region_name=settings.region)
    # Throttled calls are tried again for long: fresh secrets in a row come near the limits.
    config = Config(retries={"mode": "standard", "total_max_attempts": 10})
    return Subject(
        session.client("secretsmanager", config=config),
        settings.function_arn,
        settings.missing_function_arn,
    )


def secrets_client(url: str | None) -> SecretsClient:
    """boto3's own client, of whatever answers at `url`; without one, of moto."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=1)
    client: Any = _session().client("secretsmanager", endpoint_url=url, config=config)
    found: SecretsClient = client
    return found


@cache
def _session() -> boto3.Session:
    # One for all tests: it reads the service's model once.
    return boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )


def _subject(client: SecretsClient, start: StartRotation = start_by_rotate_secret) -> Subject:
    return Subject(client, FUNCTION_ARN, MISSING_FUNCTION_ARN, start)


def _start_on_moto(subject: Subject, name: str, token: str) -> None:
    with suppress(ClientError):
        start_by_rotate_secret(subject, name, token)
