"""Names the real adapters: an installation on AWS, each part of it made on first use.

Modules are imported where they are used: a cold start pays for what its first request needs.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from hoist.aws import Aws
from hoist.clock import Clock
from orchestrator.settings import Settings

if TYPE_CHECKING:
    from hoist.access.token_book import TokenBook
    from orchestrator.audit.reading import AuditReading
    from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains
    from orchestrator.audit.trail import AuditTrail, Loss
    from orchestrator.doorbells.sqs import SqsDoorbell
    from orchestrator.run_events.service import RunEvents
    from orchestrator.runs.queue_reading import QueueReader
    from orchestrator.runs.service import OnRunOver, RunService
    from orchestrator.state.conflicts import Conflicts
    from orchestrator.state.data_keys import DataKeys
    from orchestrator.state.history import History
    from orchestrator.state.service import StateService
    from orchestrator.state.stacks import Stacks
    from orchestrator.state.storage import Records, Storage
    from orchestrator.uploads.s3_programs import S3Programs


class AwsEstate:
    """Implements orchestrator.estate.Estate. May be used by several threads."""

    def __init__(self, settings: Settings, *, clock: Clock, aws: Aws | None = None) -> None:
        self._settings = settings
        self._aws = aws or Aws(settings.aws)
        self.clock = clock

    @cached_property
    def storage(self) -> "Storage":
        """The store of stacks, updates and checkpoints."""
        from orchestrator.state.stores.aws import aws_storage

        return aws_storage(
            dynamodb=self._aws.dynamodb(),
            s3=self._aws.s3(),
            table=self._settings.state_table,
            bucket=self._settings.state_bucket,
            clock=self.clock,
        )

    @cached_property
    def stacks(self) -> "Stacks":
        from orchestrator.state.stacks import Stacks

        return Stacks(self.storage, clock=self.clock)

    @cached_property
    def history(self) -> "History":
        from orchestrator.state.history import History

        return History(self.storage.records)

    @cached_property
    def conflicts(self) -> "Conflicts":
        from orchestrator.state.conflicts import Conflicts
        from orchestrator.state.update_records import UpdateRecords

        updates = UpdateRecords(self.storage.records)
        return Conflicts(self.storage.objects, self.stacks, updates)

    @cached_property
    def data_keys(self) -> "DataKeys":
        from orchestrator.state.stores.kms_data_keys import KmsDataKeys

        return KmsDataKeys(
            self._aws.kms(),
            key_alias=self._settings.state_key_alias,
            region=self._settings.region,
        )

    @cached_property
    def state_service(self) -> "StateService":
        """Of updates that clients hold: whether one is alive, only its lease tells."""
        from orchestrator.state.holders import UnknownHolders
        from orchestrator.state.service import StateService

        return StateService.over(
            self.storage, holders=UnknownHolders(), clock=self.clock, data_keys=self.data_keys
        )

    @cached_property
    def doorbell(self) -> "SqsDoorbell":
        from orchestrator.doorbells.sqs import SqsDoorbell

        return SqsDoorbell(self._aws.sqs(), queue_url=self._settings.doorbell_url)

    @cached_property
    def runs(self) -> "RunService":
        return self.run_service()

    def run_service(self, on_run_over: "OnRunOver | None" = None) -> "RunService":
        """Runs whose moves the audit is told of; `on_run_over` is for who can anchor them."""
        from orchestrator.audit.run_transitions import TransitionAudit
        from orchestrator.runs.service import RunService, ignore_end

        return RunService(
            self._run_records,
            doorbell=self.doorbell,
            clock=self.clock,
            on_transition=TransitionAudit(self.audit),
            on_run_over=on_run_over or ignore_end,
        )

    @cached_property
    def queues(self) -> "QueueReader":
        from orchestrator.runs.queue_reading import QueueReader

        return QueueReader(self._run_records)

    @cached_property
    def events(self) -> "RunEvents":
        """Events are written to the table of runs, and kept in the bucket of artifacts."""
        from orchestrator.run_events.service import RunEvents
        from orchestrator.state.stores.aws import aws_storage

        place = aws_storage(
            dynamodb=self._aws.dynamodb(),
            s3=self._aws.s3(),
            table=self._settings.runs_table,
            bucket=self._settings.artifacts_bucket,
            clock=self.clock,
        )
        return RunEvents(place.log, place.objects, self.clock)

    @cached_property
    def programs(self) -> "S3Programs":
        from orchestrator.uploads.s3_programs import S3Programs

        return S3Programs(self._aws.s3(), bucket=self._settings.artifacts_bucket, clock=self.clock)

    @cached_property
    def tokens(self) -> "TokenBook":
        from hoist.access.dynamodb import DynamoDBAccess
        from hoist.access.token_book import TokenBook

        table = self._settings.require_access_table()
        return TokenBook(DynamoDBAccess(self._aws.dynamodb(), table=table), clock=self.clock)

    @cached_property
    def audit(self) -> "AuditTrail":
        from orchestrator.audit.trail import AuditTrail

        return AuditTrail(self.chains, clock=self.clock, on_lost=self.tell_audit_loss)

    def audit_of(self, chain: str) -> "AuditReading":
        from orchestrator.audit.reading import AuditReading
        from orchestrator.audit.stores.s3_anchors import S3Heads

        bucket = self._settings.require_audit_bucket()
        return AuditReading(chain, self.chains, lambda: S3Heads(self._aws.s3(), bucket=bucket))

    @cached_property
    def chains(self) -> "DynamoDBChains":
        """Where the audit's entries are."""
        from orchestrator.audit.stores.dynamodb_chains import DynamoDBChains

        table = self._settings.require_audit_table()
        return DynamoDBChains(self._aws.dynamodb(), table=table)

    def tell_audit_loss(self, loss: "Loss") -> None:
        """One line in the log of this function, and a metric of it."""
        from hoist.runtime.observed import write_line
        from orchestrator.audit.losses import loss_line

        write_line(loss_line(loss, at=self.clock.now(), function=self._settings.function))

    @cached_property
    def _run_records(self) -> "Records":
        from orchestrator.state.stores.dynamodb_records import DynamoDBRecords

        return DynamoDBRecords(self._aws.dynamodb(), table=self._settings.runs_table)
