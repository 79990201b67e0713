"""Installations on an AWS that is none: moto's, or the emulator's."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from moto import mock_aws

from access_sites import put_settings, settings_document, user_arn
from hoist.aws import Aws, AwsCredentials, AwsSettings
from hoist.clock import SystemClock
from hoist.secret import Secret
from orchestrator.settings import Settings
from orchestrator.wiring import AwsEstate
from tables import make_table

REGION: Final = "eu-central-1"
ADA: Final = user_arn("ada")
"""May do anything on these installations."""
ACCESS_SETTINGS: Final = settings_document((ADA, "admin", "*/*"))


@contextmanager
def moto_estate() -> Iterator[AwsEstate]:
    with mock_aws(), _made(None) as estate:
        yield estate


@contextmanager
def emulator_estate(url: str) -> Iterator[AwsEstate]:
    """On the emulator that answers at `url`."""
    with _made(url) as estate:
        yield estate


@contextmanager
def _made(url: str | None) -> Iterator[AwsEstate]:
    name = f"hoist-{uuid.uuid4().hex}"
    where = AwsSettings(REGION, url, AwsCredentials("test", Secret("test")))
    aws = Aws(where)
    queue = aws.sqs().create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
    settings = Settings(
        state_bucket=f"{name}-state",
        state_table=f"{name}-state",
        state_key_alias=f"alias/{name}",
        runs_table=f"{name}-runs",
        artifacts_bucket=f"{name}-artifacts",
        doorbell_url=queue["QueueUrl"],
        access_table=f"{name}-access",
        audit_table=f"{name}-audit",
        audit_bucket=f"{name}-audit",
        region=REGION,
        aws=where,
    )
    _make_places(aws, settings)
    try:
        put_settings(aws.dynamodb(), settings.access_table, ACCESS_SETTINGS)
        yield AwsEstate(settings, clock=SystemClock(), aws=aws)
    finally:
        for client in (aws.s3(), aws.dynamodb(), aws.kms(), aws.sqs()):
            client.close()


def _make_places(aws: Aws, settings: Settings) -> None:
    for bucket in (settings.state_bucket, settings.artifacts_bucket, settings.audit_bucket):
        aws.s3().create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        aws.s3().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for table in (
        settings.state_table,
        settings.runs_table,
        settings.access_table,
        settings.audit_table,
    ):
        make_table(aws.dynamodb(), table)
    key = aws.kms().create_key()["KeyMetadata"]["KeyId"]
    aws.kms().create_alias(AliasName=settings.state_key_alias, TargetKeyId=key)
