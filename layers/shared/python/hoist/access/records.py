"""What is kept of a token: whose it is, what it is good for, until when; of its text a digest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoist.access.errors import AccessRecordError, StackPatternError
from hoist.access.grants import NO_LIMIT, Authority, Grant
from hoist.access.patterns import StackPattern
from hoist.access.permissions import Role
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, JsonFields, json_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """A token that was issued and not revoked."""

    id: str
    digest: str
    person: str
    principal: str
    grants: tuple[Grant, ...]
    limit: Grant = NO_LIMIT
    created_at: datetime
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at

    @property
    def authority(self) -> Authority:
        """What its bearer may do."""
        return Authority(
            person=self.person,
            principal=self.principal,
            token_id=self.id,
            expires_at=self.expires_at,
            grants=self.grants,
            limit=self.limit,
        )


def encode_record(record: TokenRecord) -> str:
    """JSON; the id is kept beside it, as its key."""
    document = {
        "digest": record.digest,
        "person": record.person,
        "principal": record.principal,
        "grants": [_grant_document(grant) for grant in record.grants],
        "limit": _grant_document(record.limit),
        "created_at": record.created_at.isoformat(),
        "expires_at": record.expires_at.isoformat(),
    }
    return json.dumps(document, separators=(",", ":"))


def decode_record(token_id: str, text: str) -> TokenRecord:
    """Raises AccessRecordError: what cannot be read as a whole lets nobody in."""
    try:
        fields = json_fields(Secret(text), "the record")
        record = TokenRecord(
            id=token_id,
            digest=fields.text("digest"),
            person=fields.text("person"),
            principal=fields.text("principal"),
            grants=tuple(_grant(grant) for grant in fields.objects("grants")),
            limit=_grant(fields.object("limit")),
            created_at=fields.instant("created_at"),
            expires_at=fields.instant("expires_at"),
        )
        fields.refuse_others()
    except InvalidDocumentError as error:
        raise AccessRecordError(token_id, error.message) from error
    return record


def _grant_document(grant: Grant) -> Mapping[str, Any]:
    return {"role": str(grant.role), "stacks": str(grant.stacks)}


def _grant(fields: JsonFields) -> Grant:
    role, stacks = fields.text("role"), fields.text("stacks")
    fields.refuse_others()
    try:
        return Grant(Role(role), StackPattern.parse(stacks))
    except (ValueError, StackPatternError) as error:
        raise fields.refusal("is no role on stacks that this version knows") from error
