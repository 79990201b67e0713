"""The orchestrator's worker: answers the doorbell, works one slice of a run, rings again."""

from collections.abc import Sequence

from components.permissions import runs, state_store
from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """It reads programs that were accepted, never an upload, and writes none.

    What a program may do in the account is not here: that is the stack's deploy role.
    """
    return (
        *state_store.permissions(estate),
        Statement(
            sid="ReadPrograms",
            actions=("s3:GetObject",),
            resources=(estate.artifacts("programs"),),
        ),
        Statement(
            sid="KeepPlansAndEvents",
            actions=("s3:GetObject", "s3:PutObject"),
            resources=(estate.artifacts("plans"), estate.artifacts("events")),
        ),
        *runs.keep_runs(estate),
        *runs.archive_logs(estate),
        Statement(
            sid="AddToAudit",
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
            resources=(estate.audit_table_arn,),
        ),
        Statement(
            sid="SignAudit",
            actions=("kms:Sign",),
            resources=(estate.signing_key_arn,),
            condition={
                "StringEquals": {
                    "kms:SigningAlgorithm": "ECDSA_SHA_256",
                    "kms:MessageType": "DIGEST",
                }
            },
        ),
        Statement(
            sid="AnswerDoorbell",
            actions=(
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ),
            resources=(estate.doorbell_arn,),
        ),
    )
