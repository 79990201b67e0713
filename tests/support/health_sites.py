"""A healthy installation for checks to look at, on moto or on the emulator."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws

from health.dependencies.registry import all_checks
from health.dependencies.site import Limits, Places, Site
from health.findings.assessment import Assessment
from health.findings.finding import Finding
from health_aws_commands import run_command
from health_functions import make_functions
from hoist.clock import FixedClock
from storages import NOON
from tables import make_table

REGION = "eu-central-1"


class TestClients:
    """Implements Clients for whatever answers at `url`; without one, for moto."""

    __test__ = False

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        self._session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        )

    @cache  # noqa: B019 - lives as long as its test
    def looked_at(self, service: str) -> Any:
        config = Config(
            connect_timeout=1,
            retries={"mode": "standard", "total_max_attempts": 1},
            s3={"addressing_style": "path"},
        )
        return self._session.client(service, endpoint_url=self._url, config=config)  # type: ignore[call-overload]


@dataclass(frozen=True)
class HealthSite:
    """An installation and its clock."""

    clients: TestClients
    places: Places
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    limits: Limits = Limits()

    @property
    def site(self) -> Site:
        return Site(self.places, self.clients, self.clock, self.limits)

    def client(self, service: str) -> Any:
        return self.clients.looked_at(service)

    def look(self, name: str) -> Sequence[Assessment]:
        """What the check of this name says now."""
        (check,) = [check for check in all_checks(self.site) if check.name == name]
        return check.look()

    def findings(self, name: str) -> list[Finding]:
        return [finding for assessment in self.look(name) for finding in assessment.findings]

    def repair(self, finding: Finding) -> None:
        """Do exactly what the finding says."""
        run_command(finding.action.command, self.client)


@contextmanager
def moto_site() -> Iterator[HealthSite]:
    """An installation inside this process."""
    with mock_aws():
        yield _installed(TestClients())


def emulator_site(url: str) -> HealthSite:
    """An installation in the emulator that answers at `url`."""
    return _installed(TestClients(url))


def _installed(clients: TestClients) -> HealthSite:
    tag = uuid.uuid4().hex[:12]
    places = Places(
        installation=f"hoist-t{tag}",
        state_bucket=f"state-{tag}",
        state_table=f"state-{tag}",
        state_key_alias=f"alias/state-{tag}",
        runs_table=f"runs-{tag}",
        artifacts_bucket=f"artifacts-{tag}",
        doorbell_url=_make_queues(clients.looked_at("sqs"), tag),
    )
    _make_key(clients.looked_at("kms"), places.state_key_alias)
    for bucket in (places.state_bucket, places.artifacts_bucket):
        _make_bucket(clients.looked_at("s3"), bucket, places.state_key_alias)
    for table in (places.state_table, places.runs_table):
        _make_table(clients.looked_at("dynamodb"), table)
    make_functions(clients.looked_at, places.installation, bucket=f"packages-{tag}")
    return HealthSite(clients, places)


def _make_queues(sqs: Any, tag: str) -> str:
    attributes = {"FifoQueue": "true", "VisibilityTimeout": "900"}
    dead = sqs.create_queue(QueueName=f"dead-{tag}.fifo", Attributes={"FifoQueue": "true"})
    found = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": found["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    attributes["RedrivePolicy"] = json.dumps(policy)
    url: str = sqs.create_queue(QueueName=f"bell-{tag}.fifo", Attributes=attributes)["QueueUrl"]
    return url


def _make_key(kms: Any, alias: str) -> None:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    kms.enable_key_rotation(KeyId=key_id)


def _make_bucket(s3: Any, bucket: str, key_alias: str) -> None:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_alias}
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _make_table(dynamodb: Any, table: str) -> None:
    make_table(dynamodb, table)
    dynamodb.update_continuous_backups(
        TableName=table,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    dynamodb.update_time_to_live(
        TableName=table,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
    )
