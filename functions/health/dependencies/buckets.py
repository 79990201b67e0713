"""Buckets: there, versioned, encrypted with our key, closed to the public."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from health.dependencies.absence import is_absent, with_presence
from health.dependencies.answers import aws_answers, error_code
from health.dependencies.errors import DependencyAbsentError
from health.dependencies.requirement import Requirement, assess
from health.findings.assessment import Assessment
from health.findings.finding import Severity, Subject, SubjectKind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OFF = "off"
ON = "on"
_NOT_SET = frozenset(
    {"ServerSideEncryptionConfigurationNotFoundError", "NoSuchPublicAccessBlockConfiguration"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketCheck:
    """A bucket that only Hoist writes to."""

    name: str
    bucket: str
    key_alias: str
    client: "S3Client"
    impact_of_absence: str
    setting: str
    """Where infra makes the bucket."""

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.BUCKET, self.bucket)

    def look(self) -> Sequence[Assessment]:
        rule, subject = self.name, self.subject
        try:
            found = [
                assess(rule, subject, self._versioned(), self._versioning),
                assess(rule, subject, self._encrypted(), self._encryption),
                assess(rule, subject, self._private(), self._public_access_block),
            ]
        except DependencyAbsentError:
            return [self._absent()]
        return with_presence(rule, subject, found)

    def _absent(self) -> Assessment:
        return is_absent(
            self.name,
            self.subject,
            action="s3:GetBucketVersioning",
            look=f"aws s3api head-bucket --bucket {quote(self.bucket)}",
            impact=self.impact_of_absence,
            setting=self.setting,
        )

    def _versioning(self) -> str:
        with aws_answers("s3:GetBucketVersioning", self.bucket):
            return self.client.get_bucket_versioning(Bucket=self.bucket).get("Status", OFF)

    def _encryption(self) -> str:
        with aws_answers("s3:GetEncryptionConfiguration", self.bucket):
            try:
                answer = self.client.get_bucket_encryption(Bucket=self.bucket)
            except ClientError as error:
                return _off_if_not_set(error)
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
        defaults = (rule.get("ApplyServerSideEncryptionByDefault") for rule in rules)
        return next((str(default["SSEAlgorithm"]) for default in defaults if default), OFF)

    def _public_access_block(self) -> str:
        with aws_answers("s3:GetBucketPublicAccessBlock", self.bucket):
            try:
                answer = self.client.get_public_access_block(Bucket=self.bucket)
            except ClientError as error:
                return _off_if_not_set(error)
        block = answer["PublicAccessBlockConfiguration"]
        parts = (
            block.get("BlockPublicAcls"),
            block.get("IgnorePublicAcls"),
            block.get("BlockPublicPolicy"),
            block.get("RestrictPublicBuckets"),
        )
        return ON if all(parts) else OFF

    def _versioned(self) -> Requirement:
        command = f"aws s3api put-bucket-versioning --bucket {quote(self.bucket)}"
        return Requirement(
            aspect="versioning",
            wanted="Enabled",
            severity=Severity.FAIL,
            title=f"The bucket {self.bucket} keeps no old versions",
            impact="what is overwritten or deleted from now on is gone for good",
            action="s3:GetBucketVersioning",
            query=f"aws s3api get-bucket-versioning --bucket {quote(self.bucket)}",
            fix=f"{command} --versioning-configuration Status=Enabled",
            rollback=f"{command} --versioning-configuration Status=Suspended",
            setting=self.setting,
        )

    def _encrypted(self) -> Requirement:
        bucket, key = quote(self.bucket), self.key_alias
        rule = (
            f'{{"Rules":[{{"ApplyServerSideEncryptionByDefault":{{"SSEAlgorithm":"aws:kms",'
            f'"KMSMasterKeyID":"{key}"}},"BucketKeyEnabled":true}}]}}'
        )
        return Requirement(
            aspect="encryption",
            wanted="aws:kms",
            severity=Severity.WARN,
            title=f"The bucket {self.bucket} does not encrypt with Hoist's key",
            impact="whoever may read the bucket may read it, without the right to use the key",
            action="s3:GetEncryptionConfiguration",
            query=f"aws s3api get-bucket-encryption --bucket {bucket}",
            fix=(
                f"aws s3api put-bucket-encryption --bucket {bucket} "
                f"--server-side-encryption-configuration {quote(rule)}"
            ),
            rollback=f"aws s3api delete-bucket-encryption --bucket {bucket}",
            setting=self.setting,
        )

    def _private(self) -> Requirement:
        bucket = quote(self.bucket)
        return Requirement(
            aspect="public_access_block",
            wanted=ON,
            severity=Severity.FAIL,
            title=f"The bucket {self.bucket} may be opened to the public",
            impact="one policy or access list more, and anybody can read it",
            action="s3:GetBucketPublicAccessBlock",
            query=f"aws s3api get-public-access-block --bucket {bucket}",
            fix=(
                f"aws s3api put-public-access-block --bucket {bucket} "
                "--public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,"
                "BlockPublicPolicy=true,RestrictPublicBuckets=true"
            ),
            rollback=f"aws s3api delete-public-access-block --bucket {bucket}",
            setting=self.setting,
        )


def _off_if_not_set(error: ClientError) -> str:
    if error_code(error) in _NOT_SET:
        return OFF
    raise error
