"""Health: looks at the settings and the numbers of things, never at what is in them."""

from collections.abc import Sequence

from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """It writes nothing, decrypts nothing and reads no item, object or secret."""
    return (
        Statement(
            sid="LookAtBuckets",
            actions=(
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
            ),
            resources=estate.bucket_arns,
        ),
        Statement(
            sid="LookAtTables",
            actions=(
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
            ),
            resources=estate.table_arns,
        ),
        Statement(
            sid="LookAtKeys",
            actions=("kms:DescribeKey", "kms:GetKeyRotationStatus"),
            resources=(estate.encryption_key_arn, estate.signing_key_arn),
        ),
        Statement(
            sid="LookAtQueues",
            actions=("sqs:GetQueueAttributes",),
            resources=(estate.doorbell_arn, estate.dead_doorbells_arn),
        ),
        Statement(
            sid="ReadMetrics",
            actions=("cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
            resources=("*",),  # CloudWatch has no resource level for metrics
        ),
    )
