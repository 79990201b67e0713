"""Rotation: makes new versions of the secrets under Hoist's own prefix, and new access keys of the
users under Hoist's own path.
"""

from collections.abc import Sequence

from components.permissions.estate import Estate
from components.policy_document import Statement

# What Lambda does in the role's name to put a function into a VPC; it names no interface before.
_INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)

# How an access key is found that was made and not yet stored; see rotation/strategies/user_keys.py.
MADE_KEY_TAG = "hoist:rotation-key"


def permissions(estate: Estate) -> Sequence[Statement]:
    """The four steps of a rotation; it can neither make, delete nor share a secret, nor change what
    a user may do.
    """
    steps = _steps(estate)
    return (*steps, *_interfaces(estate)) if estate.rotation_is_in_vpc else steps


def _steps(estate: Estate) -> Sequence[Statement]:
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


def _interfaces(estate: Estate) -> Sequence[Statement]:
    """Lambda refuses to make a function in a VPC without these; the code itself has no use for them
    and is denied them.
    """
    return (
        Statement(sid="LetLambdaConnect", actions=_INTERFACE_ACTIONS, resources=("*",)),
        Statement(
            sid="DenyTheCodeThat",
            effect="Deny",
            actions=_INTERFACE_ACTIONS,
            resources=("*",),
            # Set where a function's own code calls, and not where Lambda does.
            condition={"ArnEquals": {"lambda:SourceFunctionArn": list(estate.function_arns)}},
        ),
    )
