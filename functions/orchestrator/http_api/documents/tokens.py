"""Tokens and what they are good for. The text of a token is in none of these."""

from collections.abc import Sequence
from typing import Any

from hoist.access.grants import Authority, Grant
from hoist.access.records import TokenRecord
from orchestrator.http_api.documents.instants import utc_text


def token_document(record: TokenRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "person": record.person,
        "principal": record.principal,
        "created_at": utc_text(record.created_at),
        "expires_at": utc_text(record.expires_at),
        "grants": _grants(record.grants),
        "limit": _grant(record.limit),
    }


def caller_document(authority: Authority) -> dict[str, Any]:
    return {
        "token_id": authority.token_id,
        "person": authority.person,
        "principal": authority.principal,
        "expires_at": utc_text(authority.expires_at),
        "grants": _grants(authority.grants),
        "limit": _grant(authority.limit),
    }


def _grants(grants: Sequence[Grant]) -> list[dict[str, str]]:
    return [_grant(grant) for grant in grants]


def _grant(grant: Grant) -> dict[str, str]:
    return {"role": str(grant.role), "stacks": str(grant.stacks)}
