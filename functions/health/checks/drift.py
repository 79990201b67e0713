"""Stacks that nobody has compared with what is really there for too long. Off unless it is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from health.dependencies.errors import LookError
from health.dependencies.records import StoredRecord, StoredRecords
from health.dependencies.site import Site
from health.dependencies.stored_stacks import StoredStack, projects, stack_in
from health.dependencies.stored_updates import DESTROY, REFRESH, updates_of
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

SETTING = "hoist:driftAfterDays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Looks at the updates of all stacks, each as far back as its last refresh."""

    records: StoredRecords
    objects: "S3Client"
    bucket: str
    clock: Clock
    after: timedelta | None
    name: str = "drift"

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.TABLE, self.records.table)

    def look(self) -> Sequence[Assessment]:
        if self.after is None:
            return []
        return [
            self._assessment(project, record, self.after)
            for project in projects(self.objects, self.bucket)
            for record in self.records.list(f"stacks#{project}")
        ]

    def _assessment(self, project: str, record: StoredRecord, after: timedelta) -> Assessment:
        subject = Subject(SubjectKind.STACK, f"{project}/{record.sort}")
        try:
            stack = stack_in(record.document)
            seen_at = self._seen_at(stack)
        except LookError as error:
            return is_unknown(self.name, subject, error.message)
        if seen_at is None:
            return is_well(self.name, subject, Observed("no resources"))
        findings = [self._overdue(stack, subject, seen_at, after)] if self._is_late(seen_at) else ()
        return Assessment(
            rule=self.name,
            subject=subject,
            observed=Observed(seen_at.isoformat()),
            findings=tuple(findings),
        )

    def _is_late(self, seen_at: datetime) -> bool:
        return self.after is not None and self.clock.now() >= seen_at + self.after

    def _seen_at(self, stack: StoredStack) -> datetime | None:
        """When somebody last looked, or made the first of what is there; None if nothing is."""
        changed_at: datetime | None = None
        for update in updates_of(self.records, stack.id):
            if update.is_dry_run or update.ended_at is None:
                continue
            if update.has_succeeded and update.kind == DESTROY:
                break
            changed_at = update.ended_at
            if update.has_succeeded and update.kind == REFRESH:
                break
        return changed_at

    def _overdue(
        self, stack: StoredStack, subject: Subject, seen_at: datetime, after: timedelta
    ) -> Finding:
        return Finding(
            id=f"{self.name}.overdue",
            severity=Severity.WARN,
            subject=subject,
            title=f"Nobody has looked for {after.days} days whether {stack.name} is as it was made",
            evidence=Evidence(
                source="dynamodb:Query",
                metric="time since its last refresh",
                value=round((self.clock.now() - seen_at) / timedelta(days=1), 1),
                threshold=after / timedelta(days=1),
                unit="days",
                query=f"hoist history --stack {quote(stack.stack)}",
                window_start=seen_at,
                window_end=self.clock.now(),
            ),
            impact="what was changed by hand since then shows in no preview",
            cause=Cause("no refresh is scheduled", Confidence.MEDIUM),
            action=Action(
                kind=ActionKind.FIX,
                command=f"hoist refresh --stack {quote(stack.stack)}",
                effect=f"in the directory of {stack.project}: reads what is really there",
                setting=SETTING,
            ),
        )


def make(site: Site) -> Drift:
    return Drift(
        records=StoredRecords(site.clients.looked_at("dynamodb"), site.places.state_table),
        objects=site.clients.looked_at("s3"),
        bucket=site.places.state_bucket,
        clock=site.clock,
        after=site.limits.drift_after,
    )
