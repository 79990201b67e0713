"""Rotation: makes new versions of the secrets under Hoist's own prefix."""

from collections.abc import Sequence

from components.permissions.estate import Estate
from components.policy_document import Statement


def permissions(estate: Estate) -> Sequence[Statement]:
    """The four steps of a rotation; it can neither make, delete nor share a secret."""
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
    )
