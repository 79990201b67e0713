"""The secret of an access key: whose it is, and the rules for the one that it replaces."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, JsonFields, json_fields
from rotation.errors import SecretSchemaError

NAME = "iam-access-key"

_USER_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_LONGEST_QUIET_HOURS = 90 * 24


@dataclass(frozen=True, slots=True)
class AccessKeyDocument:
    """Whose key the secret holds. Before the first rotation there may be none."""

    user: str
    credentials: AwsCredentials | None
    # An old key that was used within that time is still in use.
    quiet: timedelta

    @property
    def key_id(self) -> str:
        return self.credentials.access_key_id if self.credentials else ""


def access_key_document(value: Secret | None) -> AccessKeyDocument:
    """The document; raises SecretSchemaError or InvalidDocumentError."""
    if value is None:
        raise SecretSchemaError(
            "the secret has no value yet", way_out="store the name of the user: 'user_name'"
        )
    fields = json_fields(value, "the secret's value")
    if fields.optional_text("strategy") not in {None, NAME}:
        raise fields.refusal("is that of another strategy")
    user = fields.text("user_name")
    if not _USER_NAME.fullmatch(user):
        raise fields.refusal("has a 'user_name' that IAM would not take")
    credentials = _credentials(fields)
    policy = fields.object("policy")
    hours = policy.number(
        "old_key_unused_hours", default=24, lowest=0, highest=_LONGEST_QUIET_HOURS
    )
    policy.refuse_others()
    fields.refuse_others()
    return AccessKeyDocument(user, credentials, timedelta(hours=hours))


def key_in(value: Secret | None) -> tuple[str, AwsCredentials] | None:
    """User and key in a version that may be of another strategy's form; None if there is none."""
    try:
        document = access_key_document(value)
    except (InvalidDocumentError, SecretSchemaError):
        return None
    return (document.user, document.credentials) if document.credentials else None


def with_key(current: Secret | None, made: AwsCredentials) -> Secret:
    """The document with another key; everything else stays as its owner wrote it."""
    kept = json.loads(current.reveal()) if current else {}
    key = {
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret_access_key.reveal(),
    }
    return Secret(json.dumps({**kept, **key}))


def _credentials(fields: JsonFields) -> AwsCredentials | None:
    key_id, secret = (
        fields.optional_text("access_key_id"),
        fields.optional_text("secret_access_key"),
    )
    if bool(key_id) != bool(secret):
        raise fields.refusal("needs both 'access_key_id' and 'secret_access_key', or neither")
    return AwsCredentials(key_id, Secret(secret)) if key_id and secret else None
