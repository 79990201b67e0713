"""The artifacts bucket: uploads in quarantine, programs by their digest, plans, events of runs."""

import pulumi
from pulumi_aws import s3

from components.policy_document import Statement, policy_document
from components.site import Site

# A plan is good for one approval, and an approval does not wait for weeks.
PLAN_DAYS = 30
# Events are read while a run is under way and when somebody asks what went wrong.
EVENT_DAYS = 180
# Long enough to notice that something was overwritten by mistake.
OLD_VERSION_DAYS = 30
UNFINISHED_UPLOAD_DAYS = 7
# An upload is looked at when the run that needs it is submitted, minutes after it came. S3 knows no
# shorter time.
QUARANTINE_DAYS = 1


class Artifacts(pulumi.ComponentResource):
    """One versioned, encrypted, private bucket. A program stays for as long as it is current:
    a run of long ago names it by its digest.
    """

    def __init__(self, site: Site, *, key_arn: str) -> None:
        super().__init__("hoist:infra:Artifacts", "artifacts")
        self.bucket = s3.Bucket(
            "artifacts",
            bucket=site.bucket_name("artifacts"),
            force_destroy=not site.protects_data,
            tags=site.tags,
            opts=site.kept_inside(self),
        )
        inside = site.inside(self)
        s3.BucketPublicAccessBlock(
            "artifacts",
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=inside,
        )
        s3.BucketServerSideEncryptionConfiguration(
            "artifacts",
            bucket=self.bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": key_arn,
                    },
                    # One key per bucket for a while, instead of a KMS request per object.
                    "bucket_key_enabled": True,
                }
            ],
            opts=inside,
        )
        versioning = s3.BucketVersioning(
            "artifacts",
            bucket=self.bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=inside,
        )
        s3.BucketLifecycleConfiguration(
            "artifacts",
            bucket=self.bucket.id,
            rules=[
                _old_versions_rule(),
                _quarantine_rule(),
                _expiry_rule("plans", PLAN_DAYS),
                _expiry_rule("events", EVENT_DAYS),
            ],
            # Without versioning, "old versions" would mean nothing and expiry would be final.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        s3.BucketPolicy(
            "artifacts",
            bucket=self.bucket.id,
            policy=policy_document(_only_over_tls(self.bucket.arn)),
            opts=inside,
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def _old_versions_rule() -> s3.BucketLifecycleConfigurationRuleArgs:
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="old-versions",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        noncurrent_version_expiration=(
            s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=OLD_VERSION_DAYS
            )
        ),
        abort_incomplete_multipart_upload=(
            s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=UNFINISHED_UPLOAD_DAYS
            )
        ),
    )


def _quarantine_rule() -> s3.BucketLifecycleConfigurationRuleArgs:
    """What nobody took over goes for good: its old versions do not wait for those of others."""
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="quarantine",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="quarantine/"),
        expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=QUARANTINE_DAYS),
        noncurrent_version_expiration=(
            s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=QUARANTINE_DAYS
            )
        ),
    )


def _expiry_rule(folder: str, days: int) -> s3.BucketLifecycleConfigurationRuleArgs:
    return s3.BucketLifecycleConfigurationRuleArgs(
        id=folder,
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=f"{folder}/"),
        expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
    )


def _only_over_tls(bucket_arn: pulumi.Output[str]) -> Statement:
    return Statement(
        sid="OnlyOverTls",
        effect="Deny",
        principal="*",
        actions=("s3:*",),
        resources=(bucket_arn, pulumi.Output.concat(bucket_arn, "/*")),
        condition={"Bool": {"aws:SecureTransport": "false"}},
    )
