"""Rotation: makes new versions of the secrets under Hoist's own prefix, and new access keys of the
users under Hoist's own path.
"""

from collections.abc import Sequence

from components.permissions.estate import Estate
from components.policy_document import Statement

# How an access key is found that was made and not yet stored; see rotation/strategies/user_keys.py.
MADE_KEY_TAG = "hoist:rotation-key"


def permissions(estate: Estate) -> Sequence[Statement]:
    """The four steps of a rotation; it can neither make, delete nor share a secret, nor change what
    a user may do.
    """
    return (
        Statement(
            sid="RotateSecrets",
            actions=(
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ),
            resources=(estate.secrets_arn,),
        ),
        Statement(
            sid="MakePasswords",
            actions=("secretsmanager:GetRandomPassword",),
            resources=("*",),  # it is about no secret yet
        ),
        Statement(
            sid="UseEncryptedSecrets",
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(estate.encryption_key_arn,),
            condition={
                "StringEquals": {"kms:ViaService": estate.place.endpoint("secretsmanager")},
                "StringLike": {"kms:EncryptionContext:SecretARN": estate.secrets_arn},
            },
        ),
        Statement(
            sid="ReplaceAccessKeys",
            actions=(
                "iam:CreateAccessKey",
                "iam:DeleteAccessKey",
                "iam:GetAccessKeyLastUsed",
                "iam:ListAccessKeys",
                "iam:ListUserTags",
            ),
            resources=(estate.users_arn,),
        ),
        Statement(
            sid="MarkUnfinishedKeys",
            actions=("iam:TagUser", "iam:UntagUser"),
            resources=(estate.users_arn,),
            # Other tags may decide what somebody is allowed to do.
            condition={"ForAllValues:StringEquals": {"aws:TagKeys": [MADE_KEY_TAG]}},
        ),
    )
