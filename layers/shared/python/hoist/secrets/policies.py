"""Resource policies: a file store keeps them, and refuses those that AWS would refuse."""

import json
from typing import Any

from hoist.secrets.refusals import Code, RefusedError

MAX_POLICY_LENGTH = 20_480


def check_policy(policy: str, *, blocks_public: bool) -> str:
    statements = _statements(policy)
    if blocks_public and any(_is_public(statement) for statement in statements):
        raise RefusedError(
            Code.PUBLIC_POLICY,
            "You can't use this policy because it lets everybody read the secret.",
        )
    return policy


def _statements(policy: str) -> list[dict[str, Any]]:
    if not 1 <= len(policy) <= MAX_POLICY_LENGTH:
        raise RefusedError(
            Code.INVALID_PARAMETER, f"A policy has 1 to {MAX_POLICY_LENGTH} characters."
        )
    try:
        document = json.loads(policy)
        policy.encode()
    except (ValueError, RecursionError):
        raise _malformed() from None
    statements = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not all(_is_whole(each) for each in statements):
        raise _malformed()
    return statements


def _is_whole(statement: object) -> bool:
    return isinstance(statement, dict) and statement.get("Effect") in ("Allow", "Deny")


def _is_public(statement: dict[str, Any]) -> bool:
    """A condition may narrow it to a few; whether it does is for AWS's own reasoning to say."""
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    everybody = named == "*" or (isinstance(named, list) and "*" in named)
    return statement["Effect"] == "Allow" and everybody and not statement.get("Condition")


def _malformed() -> RefusedError:
    return RefusedError(
        Code.MALFORMED_POLICY, "This resource policy contains invalid JSON or no statements."
    )
