"""What is done with the audit: by both doors to its entries, by the worker to its heads."""

from components.permissions.estate import AUDIT_HEADS, Estate
from components.policy_document import Statement


def add_entries(estate: Estate) -> tuple[Statement, ...]:
    """Entries are put and read. Nobody deletes or updates one; IAM cannot tell a put of a new item
    from one over another, but what a signed head has seen is not replaced unnoticed.
    """
    return (
        Statement(
            sid="AddToAudit",
            actions=("dynamodb:PutItem", "dynamodb:Query"),
            resources=(estate.audit_table_arn,),
        ),
    )


def read_heads(estate: Estate) -> tuple[Statement, ...]:
    """The signed heads, of every chain."""
    return (
        Statement(
            sid="ListAuditHeads",
            actions=("s3:ListBucket",),
            resources=(estate.audit_bucket_arn,),
            condition={"StringLike": {"s3:prefix": f"{AUDIT_HEADS}*"}},
        ),
        Statement(
            sid="ReadAuditHeads",
            actions=("s3:GetObject",),
            resources=(estate.audit_heads,),
        ),
    )


def sign_heads(estate: Estate) -> tuple[Statement, ...]:
    """A head is put with its lock, under a key that is free: the bucket refuses any other."""
    return (
        Statement(
            sid="LockAuditHeads",
            actions=("s3:PutObject", "s3:PutObjectRetention"),
            resources=(estate.audit_heads,),
        ),
        Statement(
            sid="SignAuditHeads",
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
            sid="NameSigningKey",
            actions=("kms:GetPublicKey",),
            resources=(estate.signing_key_arn,),
        ),
    )
