"""Tables: there, active, with backups, and forgetting what has expired."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from health.dependencies.absence import is_absent, with_presence
from health.dependencies.answers import aws_answers
from health.dependencies.errors import DependencyAbsentError
from health.dependencies.requirement import Requirement, assess
from health.findings.assessment import Assessment
from health.findings.finding import (
    ActionKind,
    Cause,
    Confidence,
    Severity,
    Subject,
    SubjectKind,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OFF = "off"
EXPIRES_BY = "expires_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCheck:
    """A table that only Hoist writes to."""

    name: str
    table: str
    client: "DynamoDBClient"
    impact_of_absence: str
    setting: str
    """Where infra makes the table."""

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.TABLE, self.table)

    def look(self) -> Sequence[Assessment]:
        rule, subject = self.name, self.subject
        try:
            found = [
                assess(rule, subject, self._active(), self._status),
                assess(rule, subject, self._backed_up(), self._backups),
                assess(rule, subject, self._forgetting(), self._expiry),
            ]
        except DependencyAbsentError:
            return [self._absent()]
        return with_presence(rule, subject, found)

    def _absent(self) -> Assessment:
        return is_absent(
            self.name,
            self.subject,
            action="dynamodb:DescribeTable",
            look=f"aws dynamodb describe-table --table-name {quote(self.table)}",
            impact=self.impact_of_absence,
            setting=self.setting,
        )

    def _status(self) -> str:
        with aws_answers("dynamodb:DescribeTable", self.table):
            answer = self.client.describe_table(TableName=self.table)
        # A table that is being changed still answers.
        status = answer["Table"].get("TableStatus", "")
        return "ACTIVE" if status == "UPDATING" else status

    def _backups(self) -> str:
        with aws_answers("dynamodb:DescribeContinuousBackups", self.table):
            answer = self.client.describe_continuous_backups(TableName=self.table)
        backups = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return backups.get("PointInTimeRecoveryStatus", "DISABLED")

    def _expiry(self) -> str:
        with aws_answers("dynamodb:DescribeTimeToLive", self.table):
            answer = self.client.describe_time_to_live(TableName=self.table)
        expiry = answer["TimeToLiveDescription"]
        is_on = expiry.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        return expiry.get("AttributeName", OFF) if is_on else OFF

    def _active(self) -> Requirement:
        table = quote(self.table)
        return Requirement(
            aspect="status",
            wanted="ACTIVE",
            severity=Severity.FAIL,
            title=f"The table {self.table} does not answer",
            impact=self.impact_of_absence,
            action="dynamodb:DescribeTable",
            query=f"aws dynamodb describe-table --table-name {table}",
            fix=f"aws dynamodb describe-table --table-name {table} --query Table",
            rollback="",
            setting=self.setting,
            kind=ActionKind.LOOK,
            cause=Cause("its key cannot be used, or it is being deleted", Confidence.MEDIUM),
        )

    def _backed_up(self) -> Requirement:
        command = f"aws dynamodb update-continuous-backups --table-name {quote(self.table)}"
        enabled = "--point-in-time-recovery-specification PointInTimeRecoveryEnabled"
        return Requirement(
            aspect="backups",
            wanted="ENABLED",
            severity=Severity.FAIL,
            title=f"The table {self.table} cannot be taken back to an earlier time",
            impact="what is written or deleted by mistake from now on cannot be undone",
            action="dynamodb:DescribeContinuousBackups",
            query=f"aws dynamodb describe-continuous-backups --table-name {quote(self.table)}",
            fix=f"{command} {enabled}=true",
            rollback=f"{command} {enabled}=false",
            setting=self.setting,
        )

    def _forgetting(self) -> Requirement:
        command = f"aws dynamodb update-time-to-live --table-name {quote(self.table)}"
        return Requirement(
            aspect="time_to_live",
            wanted=EXPIRES_BY,
            severity=Severity.WARN,
            title=f"The table {self.table} keeps what has expired",
            impact="it grows, and its bill with it",
            action="dynamodb:DescribeTimeToLive",
            query=f"aws dynamodb describe-time-to-live --table-name {quote(self.table)}",
            fix=(f"{command} --time-to-live-specification Enabled=true,AttributeName={EXPIRES_BY}"),
            rollback=(
                f"{command} --time-to-live-specification Enabled=false,AttributeName={EXPIRES_BY}"
            ),
            setting=self.setting,
        )
