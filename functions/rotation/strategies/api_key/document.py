"""The secret of a key, and the names that its keys bear at their issuer."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, JsonFields, json_fields
from rotation.errors import SecretSchemaError
from rotation.strategies.api_key.issuer import IssuedKey
from rotation.strategy import Draft

NAME = "api-key"

# Without a slash: no name's labels can begin like those of another.
_KEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_SECRET_ID = re.compile(r"[A-Za-z0-9/_+=.@!:-]{1,2048}", re.ASCII)
# One segment of a path, whatever is done to the path on its way: neither "." nor "..".
_KEY_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~:=-]{0,127}", re.ASCII)
# A key travels in a header: visible characters, and nothing that could end its line.
_KEY = re.compile(r"[!-~]{1,4096}", re.ASCII)

# Enough that no two of all secrets that there are share them.
_OWNER_CHARACTERS = 16

# The caching clients of AWS read a secret anew after an hour.
_USUAL_OVERLAP_HOURS = 2
_LONGEST_OVERLAP_HOURS = 90 * 24


@dataclass(frozen=True, slots=True)
class ApiKeyDocument:
    """Whose key it is, and by whose leave. Before the first rotation there may be no key."""

    # The secret that opens the issuer. It says where the issuer is: whoever may write this
    # secret here cannot have the administrator's token sent elsewhere.
    admin_secret: str
    # What a person at the issuer knows the keys by.
    key_name: str
    issued: IssuedKey | None
    issued_at: datetime | None
    replaced_key_id: str
    # How long, from when its successor was issued, a replaced key stays good. Zero: until then.
    overlap: timedelta

    @property
    def key_id(self) -> str:
        return self.issued.key_id if self.issued else ""

    def label_prefix(self, secret_arn: str) -> str:
        """What the labels of all keys of this secret begin with, and of no other secret's.

        All keys that are called so are this secret's to revoke. A name alone would not do: a copy
        of the secret has the same.
        """
        owner = hashlib.sha256(secret_arn.encode()).hexdigest()[:_OWNER_CHARACTERS]
        return f"{self.key_name}/{owner}/"

    def label(self, draft: Draft) -> str:
        """What a key is called from its first moment on, so that it is found without its value."""
        return f"{self.label_prefix(draft.secret_arn)}{draft.token}"

    def is_for_the_same_as(self, other: "ApiKeyDocument") -> bool:
        """Whether a key of one may take the place of a key of the other."""
        return (self.admin_secret, self.key_name) == (other.admin_secret, other.key_name)


def api_key_document(value: Secret | None) -> ApiKeyDocument:
    """The document; raises SecretSchemaError or InvalidDocumentError."""
    if value is None:
        raise SecretSchemaError(
            "the secret has no value yet", way_out="store 'admin_secret' and 'key_name'"
        )
    fields = json_fields(value, "the secret's value")
    if fields.optional_text("strategy") not in {None, NAME}:
        raise fields.refusal("is that of another strategy")
    policy = fields.object("policy")
    hours = policy.number(
        "overlap_hours", default=_USUAL_OVERLAP_HOURS, lowest=0, highest=_LONGEST_OVERLAP_HOURS
    )
    policy.refuse_others()
    document = ApiKeyDocument(
        admin_secret=_matching(fields, "admin_secret", _SECRET_ID),
        key_name=_matching(fields, "key_name", _KEY_NAME),
        issued=_issued(fields),
        issued_at=fields.optional_instant("issued_at"),
        replaced_key_id=_optional_key_id(fields, "replaced_key_id"),
        overlap=timedelta(hours=hours),
    )
    fields.refuse_others()
    _refuse_unlikely_past(fields, document)
    return document


def key_in(value: Secret | None) -> IssuedKey | None:
    """The key in a version that may be of another strategy's form; None if there is none."""
    if value is None:
        return None
    try:
        return api_key_document(value).issued
    except (InvalidDocumentError, SecretSchemaError):
        return None


def with_key(current: Secret | None, made: IssuedKey, *, at: datetime) -> Secret:
    """The document with another key; everything else stays as its owner wrote it."""
    kept = json.loads(current.reveal()) if current else {}
    replaced_key_id = kept.pop("key_id", None)
    changed = {
        "key_id": made.key_id,
        "key": made.key.reveal(),
        "issued_at": at.isoformat(),
        "replaced_key_id": replaced_key_id,
    }
    return Secret(json.dumps({**kept, **changed}))


def read_key_id(fields: JsonFields, name: str) -> str:
    """The id of a key, in a form that may stand in a path; raises InvalidDocumentError."""
    return _matching(fields, name, _KEY_ID)


def read_key(fields: JsonFields, name: str) -> Secret:
    """A key in a form that may stand in a header; raises InvalidDocumentError."""
    return Secret(_matching(fields, name, _KEY))


def _issued(fields: JsonFields) -> IssuedKey | None:
    key_id, key = _optional_key_id(fields, "key_id"), fields.optional_text("key")
    if bool(key_id) != bool(key):
        raise fields.refusal("needs both 'key_id' and 'key', or neither")
    if not key:
        return None
    if not _KEY.fullmatch(key):
        raise fields.refusal("has a 'key' that could not stand in a header")
    return IssuedKey(key_id, Secret(key))


def _refuse_unlikely_past(fields: JsonFields, document: ApiKeyDocument) -> None:
    if not document.replaced_key_id:
        return
    if document.issued is None or document.issued_at is None:
        raise fields.refusal("has 'replaced_key_id', but not what has taken that key's place")
    if document.replaced_key_id == document.key_id:
        raise fields.refusal("says that the key has replaced itself")


def _optional_key_id(fields: JsonFields, name: str) -> str:
    key_id = fields.optional_text(name) or ""
    if key_id and not _KEY_ID.fullmatch(key_id):
        raise fields.refusal(f"has {name!r} in a form that could not stand in a path")
    return key_id


def _matching(fields: JsonFields, name: str, form: re.Pattern[str]) -> str:
    text = fields.text(name)
    if not form.fullmatch(text):
        raise fields.refusal(f"has {name!r} in a form that is not taken here")
    return text
