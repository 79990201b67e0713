"""The orchestrator's api: accepts runs, rings the doorbell, answers questions, serves state."""

from collections.abc import Sequence

from components.permissions import state_store
from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """It never deletes a run or an audit entry, and it cannot sign."""
    return (
        *state_store.permissions(estate),
        Statement(
            sid="AcceptPrograms",
            actions=("s3:GetObject", "s3:PutObject"),
            resources=(estate.artifacts("programs"),),
        ),
        Statement(
            sid="ShowPlansAndEvents",
            actions=("s3:GetObject",),
            resources=(estate.artifacts("plans"), estate.artifacts("events")),
        ),
        Statement(
            sid="KeepRuns",
            actions=(
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
            resources=(estate.runs_table_arn,),
        ),
        Statement(
            sid="AddToAudit",
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
            resources=(estate.audit_table_arn,),
        ),
        Statement(
            sid="RingDoorbell",
            actions=("sqs:SendMessage",),
            resources=(estate.doorbell_arn,),
        ),
    )
