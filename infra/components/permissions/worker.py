"""The orchestrator's worker: answers the doorbell, works one slice of a run, rings again."""

from collections.abc import Sequence

from components.permissions import audit, encryption, runs, state_store
from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """It reads programs that were accepted, never an upload, and writes none. Of tokens, and of
    who may do what, it knows nothing.

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
        *audit.add_entries(estate),
        *audit.sign_heads(estate),
        encryption.use_encrypted_tables(estate, estate.table_arns),
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
