"""Uses of the encryption key, each bound to the context in which it makes sense.

S3 and DynamoDB use the key in the caller's name. A caller that holds the key only in these
contexts cannot read a stack's secrets with it, and who may read secrets cannot read objects.
"""

from collections.abc import Sequence

import pulumi

from components.permissions.estate import Estate
from components.policy_document import Statement


def wrap_data_keys(estate: Estate) -> Statement:
    """The data keys of stacks. `awskms://…?context_stack=<id>` names the stack on every call."""
    return Statement(
        sid="WrapDataKeysOfStacks",
        actions=("kms:Decrypt", "kms:Encrypt"),
        resources=(estate.encryption_key_arn,),
        condition={"Null": {"kms:EncryptionContext:stack": "false"}},
    )


def use_encrypted_buckets(estate: Estate) -> Statement:
    """Objects at rest. With a bucket key, S3 gives the bucket as context, not the object."""
    return Statement(
        sid="UseEncryptedBuckets",
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(estate.encryption_key_arn,),
        condition={
            "StringEquals": {
                "kms:ViaService": estate.place.endpoint("s3"),
                "kms:EncryptionContext:aws:s3:arn": list(estate.bucket_arns),
            }
        },
    )


def use_encrypted_tables(estate: Estate, arns: Sequence[pulumi.Input[str]]) -> Statement:
    """Items at rest: DynamoDB unwraps a table's key in the caller's name, for reads and writes."""
    names = [pulumi.Output.from_input(arn).apply(_table_name) for arn in arns]
    return Statement(
        sid="UseEncryptedTables",
        actions=("kms:Decrypt",),
        resources=(estate.encryption_key_arn,),
        condition={
            "StringEquals": {
                "kms:ViaService": estate.place.endpoint("dynamodb"),
                "kms:EncryptionContext:aws:dynamodb:tableName": [*names],
            }
        },
    )


def _table_name(arn: str) -> str:
    return arn.rpartition("/")[2]
