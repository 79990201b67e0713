"""Health: looks at the settings and the numbers of things, and at records that say who waits."""

from collections.abc import Sequence

from components.permissions import access, audit, encryption
from components.permissions.estate import Estate
from components.policy_document import Statement

# What is written: the book of its findings, one item; see health/findings/stores/dynamodb.py.
BOOK = "record#health"
# What is read: stacks with unfinished runs, their queues, and the runs at the front of these.
RECORDS_OF_RUNS = ["record#run-waiting", "record#run-queue#*", "record#runs#*"]
# And the records of updates, which tell when a stack was last refreshed, and hold no state.
RECORDS_OF_STACKS = ["record#stacks#*", "record#updates#*"]
# The names of projects are in the keys of checkpoints.
CHECKPOINTS = ".pulumi/stacks/"


def permissions(estate: Estate) -> Sequence[Statement]:
    """It writes its own book and nothing else, and reads no checkpoint, program, journal, log of a
    run or secret.
    """
    return (
        *_settings(estate),
        *_records(estate),
        *_audit(estate),
        *_parts(estate),
        *_ends(estate),
        *access.know_tokens(estate),
    )


def _settings(estate: Estate) -> tuple[Statement, ...]:
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
            resources=(estate.state_table_arn, estate.runs_table_arn),
        ),
        Statement(
            sid="LookAtStateKey",
            actions=("kms:DescribeKey", "kms:GetKeyRotationStatus"),
            resources=(estate.encryption_key_arn,),
        ),
        Statement(
            sid="LookAtQueues",
            actions=("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
            resources=(estate.doorbell_arn, estate.dead_doorbells_arn),
        ),
    )


def _records(estate: Estate) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="ListProjects",
            actions=("s3:ListBucket",),
            resources=(estate.state_bucket_arn,),
            condition={"StringEquals": {"s3:prefix": CHECKPOINTS}},
        ),
        Statement(
            sid="ReadStacks",
            actions=("dynamodb:Query",),
            resources=(estate.state_table_arn,),
            condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [*RECORDS_OF_STACKS]}},
        ),
        Statement(
            sid="ReadRuns",
            actions=("dynamodb:GetItem", "dynamodb:Query"),
            resources=(estate.runs_table_arn,),
            condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [*RECORDS_OF_RUNS]}},
        ),
        Statement(
            sid="KeepBookOfFindings",
            actions=("dynamodb:GetItem", "dynamodb:PutItem"),
            resources=(estate.runs_table_arn,),
            condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [BOOK]}},
        ),
        encryption.use_encrypted_tables(estate, (*estate.table_arns, estate.access_table_arn)),
    )


def _audit(estate: Estate) -> tuple[Statement, ...]:
    """Whether entries and heads agree."""
    return (
        Statement(
            sid="ReadAudit",
            actions=("dynamodb:Query",),
            resources=(estate.audit_table_arn,),
        ),
        *audit.read_heads(estate),
    )


def _parts(estate: Estate) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="LookAtFunctions",
            actions=("lambda:GetFunction",),
            resources=estate.function_arns,
        ),
        Statement(
            sid="ReadReports",
            actions=("logs:FilterLogEvents",),
            resources=estate.log_streams,
        ),
        Statement(
            sid="FindPartsAndReadMetrics",
            actions=(
                "cloudwatch:GetMetricData",
                "lambda:GetAccountSettings",
                "lambda:ListEventSourceMappings",
                "tag:GetResources",
            ),
            resources=("*",),  # none of them has a resource that could be named
        ),
    )


def _ends(estate: Estate) -> tuple[Statement, ...]:
    """What comes to an end unless somebody acts. Of secrets it learns dates, and no values."""
    return (
        Statement(
            sid="LookAtRotations",
            actions=("secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds"),
            resources=(estate.secrets_arn,),
        ),
        Statement(
            sid="LookAtImages",
            actions=("ecr:DescribeImages",),
            # Where the worker's image is kept is the builder's choice.
            resources=(estate.place.arn("ecr", "repository/*"),),
        ),
        Statement(
            sid="LookAtCertificates",
            actions=("acm:ListTagsForCertificate",),
            resources=(estate.place.arn("acm", "certificate/*"),),
        ),
        Statement(
            sid="FindWhatEnds",
            actions=("acm:ListCertificates", "secretsmanager:ListSecrets"),
            resources=("*",),  # both find what is not known yet
        ),
    )
