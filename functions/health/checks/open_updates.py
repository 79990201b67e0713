"""Updates that were left open by a client that died, and states that could not be published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from health.dependencies.errors import UnreadableRecordError
from health.dependencies.records import StoredRecord, StoredRecords
from health.dependencies.site import Site
from health.dependencies.stored_stacks import OpenUpdate, StoredStack, projects, stack_in
from health.findings.assessment import Assessment, Observed, is_unknown, is_well
from health.findings.finding import (
    Action,
    ActionKind,
    Cause,
    Confidence,
    Evidence,
    Finding,
    Severity,
    Subject,
    SubjectKind,
)
from hoist.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUpdates:
    """Looks at the records of all stacks that have a checkpoint."""

    records: StoredRecords
    objects: "S3Client"
    bucket: str
    clock: Clock
    name: str = "open_updates"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.TABLE, self.records.table)

    def look(self) -> Sequence[Assessment]:
        found = [
            assessment
            for project in projects(self.objects, self.bucket)
            for record in self.records.list(f"stacks#{project}")
            for assessment in self._assessments(project, record)
        ]
        return found or [is_well(self.name, self.subject, Observed("no stacks"))]

    def _assessments(self, project: str, record: StoredRecord) -> Iterator[Assessment]:
        subject = Subject(SubjectKind.STACK, f"{project}/{record.sort}")
        try:
            stack = stack_in(record.document)
        except UnreadableRecordError as error:
            yield is_unknown(self.name, subject, error.message)
            return
        yield Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(stack.open_update.id if stack.open_update else "none open"),
            findings=tuple(self._findings(stack, subject)),
        )

    def _findings(self, stack: StoredStack, subject: Subject) -> Iterator[Finding]:
        update = stack.open_update
        if update is not None and update.is_dead(self.clock.now()):
            yield self._dead_update(stack, update, subject)
        if stack.conflict_update_id:
            yield self._conflict(stack, subject)

    def _dead_update(self, stack: StoredStack, update: OpenUpdate, subject: Subject) -> Finding:
        minutes = (self.clock.now() - update.lease_ends_at).total_seconds() / 60
        return Finding(
            id=f"{self.name}.dead",
            severity=Severity.WARN,
            subject=subject,
            title=f"An update of {stack.name} was left open by a client that is gone",
            evidence=Evidence(
                source="dynamodb:Query",
                metric="time since its lease ended",
                value=round(minutes, 1),
                threshold=0.0,
                unit="minutes",
                query=self._query(stack),
                window_start=update.lease_ends_at,
                window_end=self.clock.now(),
            ),
            impact=(
                "what it did is in its journal and not yet in the checkpoint, which a bare "
                "`pulumi` on the bucket would read"
            ),
            cause=Cause("the client was killed, or lost the network", Confidence.HIGH),
            action=Action(
                kind=ActionKind.FIX,
                command=f"hoist refresh --stack {quote(stack.stack)}",
                effect=(
                    f"in the directory of {stack.project}: takes the update over, publishes what "
                    "it did, and reads what is really there"
                ),
            ),
        )

    def _conflict(self, stack: StoredStack, subject: Subject) -> Finding:
        return Finding(
            id=f"{self.name}.conflicted",
            severity=Severity.FAIL,
            subject=subject,
            title=f"The checkpoint of {stack.name} was changed while an update was open",
            evidence=Evidence(
                source="dynamodb:Query",
                metric="update that could not be published",
                value=stack.conflict_update_id,
                threshold="none",
                query=self._query(stack),
            ),
            impact="nothing can be started on the stack until somebody has chosen a state",
            cause=Cause(
                "somebody wrote to the bucket past Hoist's lock, such as a bare `pulumi`",
                Confidence.HIGH,
            ),
            action=Action(
                kind=ActionKind.LOOK,
                command=f"hoist state resolve {quote(stack.name)}",
                effect="shows both states and in what they differ; --keep lets one of them hold",
            ),
        )

    def _query(self, stack: StoredStack) -> str:
        values = f'{{":pk":{{"S":"record#stacks#{stack.project}"}}}}'
        return (
            f"aws dynamodb query --table-name {quote(self.records.table)} "
            f"--key-condition-expression 'pk = :pk' --expression-attribute-values {quote(values)}"
        )


def make(site: Site) -> OpenUpdates:
    return OpenUpdates(
        records=StoredRecords(site.clients.looked_at("dynamodb"), site.places.state_table),
        objects=site.clients.looked_at("s3"),
        bucket=site.places.state_bucket,
        clock=site.clock,
    )
