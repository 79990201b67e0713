"""The orchestrator's api: accepts runs, rings the doorbell, answers questions, serves state."""

from collections.abc import Sequence

from components.permissions import access, audit, encryption, runs, state_store
from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """It never deletes a run, a program or an audit entry, takes no ring, cannot sign, and gives
    nobody a role: those are settings, which it only reads.

    An upload URL can do what its signer can: hence PutObject in quarantine, where nothing is run
    from. What passes the check is copied, in the version that was checked.
    """
    return (
        *state_store.permissions(estate),
        Statement(
            sid="TellMissingFromForbidden",
            # Without it S3 answers 403 for an object that is not there.
            actions=("s3:ListBucket",),
            resources=(estate.artifacts_bucket_arn,),
        ),
        Statement(
            sid="TakeUploads",
            actions=("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
            resources=(estate.artifacts("quarantine"),),
        ),
        Statement(
            sid="AcceptPrograms",
            actions=("s3:GetObject", "s3:PutObject"),
            resources=(estate.artifacts("programs"),),
        ),
        Statement(
            sid="ShowPlansAndEvents",
            actions=("s3:GetObject",),
            resources=(
                estate.artifacts("plans"),
                estate.artifacts("events"),
                estate.run_log_bodies,
            ),
        ),
        *runs.keep_runs(estate),
        *access.keep_tokens(estate),
        *audit.add_entries(estate),
        *audit.read_heads(estate),
        encryption.use_encrypted_tables(estate, (*estate.table_arns, estate.access_table_arn)),
        Statement(
            sid="RingDoorbell",
            actions=("sqs:SendMessage",),
            resources=(estate.doorbell_arn,),
        ),
    )
