"""What the state service needs of its store; api and worker both run it."""

from collections.abc import Sequence

from components.permissions import encryption
from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """Checkpoints and locks in the bucket; stacks, leases and the journal in the table.

    A version of an object can be read but not deleted: history and the base of an open update are
    versions.
    """
    return (
        Statement(
            sid="ListState",
            actions=("s3:ListBucket",),
            resources=(estate.state_bucket_arn,),
        ),
        Statement(
            sid="KeepState",
            actions=("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"),
            # `.pulumi` is laid out as Pulumi's own S3 backend does it, `.hoist` is our own.
            resources=(
                f"{estate.state_bucket_arn}/.pulumi/*",
                f"{estate.state_bucket_arn}/.hoist/*",
            ),
        ),
        Statement(
            sid="KeepJournal",
            actions=(
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
            ),
            resources=(estate.state_table_arn,),
        ),
        encryption.wrap_data_keys(estate),
        encryption.use_encrypted_buckets(estate),
    )
