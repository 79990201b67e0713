"""Runs' table, bucket and queue on a local AWS, and a worker process behind its door."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployments import TestStack
from hoist.aws import Aws
from local.installation import LocalInstallation
from orchestrator.audit.reading import AuditReading
from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains
from orchestrator.audit.stores.s3_anchors import S3Heads
from orchestrator.doorbells.sqs import SqsDoorbell
from orchestrator.run_events import RunEvents
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.service import RunService
from orchestrator.runs.states import RunKind
from orchestrator.state.stores.aws import aws_storage
from orchestrator.uploads.s3_programs import S3Programs
from tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# One event per line in, one answer per line out; the log is on standard error.
HANDLE_LINES = """
import json, os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
from orchestrator.worker import handle
from work_queue import Invocation
for line in sys.stdin:
    answers.write(json.dumps(handle(json.loads(line), Invocation())) + "\\n")
    answers.flush()
"""


@dataclass(slots=True)
class WorkerProcess:
    """A process that has the worker's door, and its environment."""

    process: "subprocess.Popen[str]"
    log: Path

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(event) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@dataclass(slots=True)
class RunsOnAws:
    """The runs' table, the artifacts' bucket, the doorbell's queue, of an installation."""

    installation: LocalInstallation
    aws: Aws
    name: str = field(default_factory=lambda: f"work-{uuid.uuid4().hex[:12]}")
    queue_url: str = ""

    def create(self) -> None:
        for table in (self.name, self.audit_name):
            make_table(self.aws.dynamodb(), table)
        self.aws.s3().create_bucket(Bucket=self.audit_name, ObjectLockEnabledForBucket=True)
        key = self.aws.kms().create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        self.aws.kms().create_alias(
            AliasName=f"alias/{self.audit_name}", TargetKeyId=key["KeyMetadata"]["KeyId"]
        )
        self.aws.s3().create_bucket(Bucket=self.name)
        self.aws.s3().put_bucket_versioning(
            Bucket=self.name, VersioningConfiguration={"Status": "Enabled"}
        )
        made = self.aws.sqs().create_queue(
            QueueName=f"{self.name}.fifo",
            Attributes={"FifoQueue": "true", "VisibilityTimeout": "900"},
        )
        self.queue_url = made["QueueUrl"]

    @property
    def audit_name(self) -> str:
        """Of the audit's table and bucket, and in the alias of its key."""
        return f"{self.name}-audit"

    def audit_of(self, chain: str) -> AuditReading:
        chains = DynamoDBChains(self.aws.dynamodb(), table=self.audit_name)
        return AuditReading(chain, chains, lambda: S3Heads(self.aws.s3(), bucket=self.audit_name))

    @property
    def runs(self) -> RunService:
        doorbell = SqsDoorbell(self.aws.sqs(), queue_url=self.queue_url)
        storage = self._storage()
        return RunService(storage.records, doorbell=doorbell, clock=self.installation.clock)

    @property
    def events(self) -> RunEvents:
        storage = self._storage()
        return RunEvents(storage.log, storage.objects, self.installation.clock)

    @property
    def programs(self) -> S3Programs:
        return S3Programs(self.aws.s3(), bucket=self.name, clock=self.installation.clock)

    def put_program(self, digest: str, body: bytes) -> None:
        """As if it had been uploaded and admitted."""
        self.aws.s3().put_object(Bucket=self.name, Key=f"programs/{digest}.zip", Body=body)

    def request(self, stack: TestStack, digest: str) -> RunRequest:
        record = stack.record
        return RunRequest(record.id, record.name, RunKind.UP, asked_by="ada", program_digest=digest)

    def receive(self) -> dict[str, Any]:
        """The next message of the queue, as an event."""
        answer = self.aws.sqs().receive_message(
            QueueUrl=self.queue_url, WaitTimeSeconds=10, MaxNumberOfMessages=1
        )
        [message] = answer["Messages"]
        return _event(message)

    def environment(self, work_directory: Path) -> dict[str, str]:
        """As infra gives it to the worker."""
        installation = self.installation
        return {
            **installation.settings.aws_environment(installation.aws_settings.endpoint_url or ""),
            "AWS_REGION": installation.settings.region,
            "HOIST_STATE_BUCKET": installation.bootstrap.state_bucket,
            "HOIST_STATE_TABLE": installation.bootstrap.state_table,
            "HOIST_STATE_KEY_ALIAS": installation.bootstrap.state_key_alias,
            "HOIST_RUNS_TABLE": self.name,
            "HOIST_ARTIFACTS_BUCKET": self.name,
            "HOIST_DOORBELL_URL": self.queue_url,
            "HOIST_AUDIT_TABLE": self.audit_name,
            "HOIST_AUDIT_BUCKET": self.audit_name,
            "HOIST_AUDIT_RETENTION_DAYS": "1",
            "HOIST_AUDIT_RETENTION_MODE": "GOVERNANCE",
            "HOIST_SIGNING_KEY_ALIAS": f"alias/{self.audit_name}",
            "HOIST_ENGINE": str(installation.room.engine),
            "HOIST_PLUGINS": str(installation.room.plugins),
            "HOIST_WORK_DIRECTORY": str(work_directory),
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "HOME": str(Path.home()),
        }

    @contextmanager
    def worker(self, directory: Path) -> Iterator[WorkerProcess]:
        log = directory / "worker.log"
        with log.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-c", HANDLE_LINES],
                env=self.environment(directory / "work"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )
        with process:
            yield WorkerProcess(process, log)

    def _storage(self) -> Any:
        return aws_storage(
            dynamodb=self.aws.dynamodb(),
            s3=self.aws.s3(),
            table=self.name,
            bucket=self.name,
            clock=self.installation.clock,
        )


def runs_on_aws(installation: LocalInstallation) -> RunsOnAws:
    made = RunsOnAws(installation, Aws(installation.aws_settings))
    made.create()
    return made


def _event(message: "MessageTypeDef") -> dict[str, Any]:
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
    }
    return {"Records": [record]}
