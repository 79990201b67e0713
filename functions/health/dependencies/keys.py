"""Keys: there, enabled, changed by KMS each year."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from health.dependencies.absence import is_absent, with_presence
from health.dependencies.answers import aws_answers
from health.dependencies.errors import DependencyAbsentError
from health.dependencies.requirement import Requirement, assess
from health.findings.assessment import Assessment, is_unknown
from health.findings.finding import Severity, Subject, SubjectKind

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

ENABLED = "Enabled"
PENDING_DELETION = "PendingDeletion"
IMPACT = "no stack's secrets, state or records can be read or written"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCheck:
    """A key that encrypts."""

    name: str
    alias: str
    client: "KMSClient"
    setting: str

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.KEY, self.alias)

    def look(self) -> Sequence[Assessment]:
        try:
            key_id, state = self._described()
        except DependencyAbsentError:
            return [self._absent()]
        usable = _usable(self.alias, key_id, state, self.setting)
        found = [
            assess(self.name, self.subject, usable, lambda: state),
            self._changed(key_id, state),
        ]
        return with_presence(self.name, self.subject, found)

    def _changed(self, key_id: str, state: str) -> Assessment:
        changing = _changing(self.alias, key_id, self.setting)
        if state == ENABLED:
            return assess(self.name, self.subject, changing, lambda: self._rotation(key_id))
        because = "KMS tells it of enabled keys alone"
        return is_unknown(f"{self.name}.{changing.aspect}", self.subject, because)

    def _absent(self) -> Assessment:
        return is_absent(
            self.name,
            self.subject,
            action="kms:DescribeKey",
            look=f"aws kms describe-key --key-id {quote(self.alias)}",
            impact=IMPACT,
            setting=self.setting,
        )

    def _described(self) -> tuple[str, str]:
        with aws_answers("kms:DescribeKey", self.alias):
            found = self.client.describe_key(KeyId=self.alias)["KeyMetadata"]
        return found["KeyId"], found.get("KeyState", "")

    def _rotation(self, key_id: str) -> str:
        with aws_answers("kms:GetKeyRotationStatus", self.alias):
            is_on = self.client.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]
        return "on" if is_on else "off"


def _usable(alias: str, key_id: str, state: str, setting: str) -> Requirement:
    key = quote(key_id)
    # A key whose deletion was cancelled is a disabled one.
    cancel = f"aws kms cancel-key-deletion --key-id {key} && " if state == PENDING_DELETION else ""
    return Requirement(
        aspect="state",
        wanted=ENABLED,
        severity=Severity.FAIL,
        title=f"The key {alias} is not enabled",
        impact=IMPACT,
        action="kms:DescribeKey",
        query=f"aws kms describe-key --key-id {key} --query KeyMetadata.KeyState",
        fix=f"{cancel}aws kms enable-key --key-id {key}",
        rollback=f"aws kms disable-key --key-id {key}",
        setting=setting,
    )


def _changing(alias: str, key_id: str, setting: str) -> Requirement:
    key = quote(key_id)
    return Requirement(
        aspect="rotation",
        wanted="on",
        severity=Severity.WARN,
        title=f"The key {alias} is never changed",
        impact="everything that it will ever encrypt depends on one piece of key material",
        action="kms:GetKeyRotationStatus",
        query=f"aws kms get-key-rotation-status --key-id {key}",
        fix=f"aws kms enable-key-rotation --key-id {key}",
        rollback=f"aws kms disable-key-rotation --key-id {key}",
        setting=setting,
    )
