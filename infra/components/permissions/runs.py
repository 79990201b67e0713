"""What is done with runs: by both doors to their records, by the worker to their logs."""

from components.permissions.estate import LOG_BODIES, Estate
from components.policy_document import Statement

# The markers of stacks with unfinished runs; see orchestrator/runs/record_keys.py.
WAITING_MARKERS = "record#run-waiting"


def keep_runs(estate: Estate) -> tuple[Statement, ...]:
    """Items are read and written whole. Only a marker is ever deleted: what it marks is past."""
    return (
        Statement(
            sid="KeepRuns",
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
            resources=(estate.runs_table_arn,),
        ),
        Statement(
            sid="RemoveWaitingMarkers",
            actions=("dynamodb:DeleteItem",),
            resources=(estate.runs_table_arn,),
            condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [WAITING_MARKERS]}},
        ),
    )


def archive_logs(estate: Estate) -> tuple[Statement, ...]:
    """The log of a slice becomes an object when the run is over, and is dropped then.

    Dropping writes marks over the log's items, many at once. It reaches nothing but logs.
    """
    return (
        Statement(
            sid="MarkDroppedLogs",
            actions=("dynamodb:BatchWriteItem",),
            resources=(estate.runs_table_arn,),
            condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["log#*"]}},
        ),
        Statement(
            sid="KeepLogBodies",
            actions=("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
            resources=(estate.run_log_bodies,),
        ),
        Statement(
            sid="ListLogBodies",
            actions=("s3:ListBucket",),
            resources=(estate.artifacts_bucket_arn,),
            condition={"StringLike": {"s3:prefix": f"{LOG_BODIES}/*"}},
        ),
    )
