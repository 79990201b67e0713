"""What is done with the access table: tokens and counters are the api's, settings are nobody's."""

from components.permissions.estate import Estate
from components.policy_document import Statement

# See layers/shared/python/hoist/access/dynamodb.py.
TOKENS, SETTINGS, COUNTERS = "tokens", "settings", "count#*"


def keep_tokens(estate: Estate) -> tuple[Statement, ...]:
    """Tokens are issued, known again and revoked, and what is done with them is counted. The
    settings are read: who may do what is decided where Hoist is deployed.
    """
    table = (estate.access_table_arn,)
    return (
        _know_tokens(estate),
        Statement(
            sid="IssueAndRevokeTokens",
            actions=("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"),
            resources=table,
            condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [TOKENS]}},
        ),
        Statement(
            sid="CountUses",
            actions=("dynamodb:UpdateItem",),
            resources=table,
            condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [COUNTERS]}},
        ),
        Statement(
            sid="ReadAccessSettings",
            actions=("dynamodb:GetItem",),
            resources=table,
            condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [SETTINGS]}},
        ),
    )


def know_tokens(estate: Estate) -> tuple[Statement, ...]:
    """A token is known again, and no more."""
    return (_know_tokens(estate),)


def _know_tokens(estate: Estate) -> Statement:
    return Statement(
        sid="KnowTokens",
        actions=("dynamodb:GetItem",),
        resources=(estate.access_table_arn,),
        condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [TOKENS]}},
    )
