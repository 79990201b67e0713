"""Access keys of an IAM user. The replaced key lives on until the next rotation needs its place.

IAM allows two keys. So a consumer that still has the old key is let in, and a rotation begins by
deleting the older of the two, unless somebody has used it lately.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoist.aws import AwsCredentials
from hoist.clock import Clock
from hoist.secret import Secret
from hoist.strict_json import JsonFields, json_fields
from rotation.errors import CloudFailureError, FailureKind, RotationPolicyError, SecretSchemaError
from rotation.steps import Stage
from rotation.strategies.user_keys import UserKey, UserKeys
from rotation.strategy import Draft, Succession, Traits, Trial

NAME = "iam-access-key"

KEYS_PER_USER = 2
# A new key is known everywhere after some seconds; longer than that, the next try asks again.
LOOKS, PAUSE_SECONDS = 6, 2

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


class IamAccessKey:
    """The secret is {"strategy", "user_name", "access_key_id", "secret_access_key", "policy"}."""

    traits = Traits(
        fallbacks=(Stage.PENDING, Stage.PREVIOUS), live_credentials_at_most=KEYS_PER_USER
    )

    def __init__(self, users: UserKeys, clock: Clock) -> None:
        self._users = users
        self._clock = clock

    def preflight(self, current: Secret | None) -> None:
        document = _document(current)
        self._superfluous(document, self._clock.now())
        if document.credentials:
            self._check_owner(document.user, document.credentials)

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        document = _document(current)
        superfluous = self._superfluous(document, draft.at)
        if superfluous:
            self._users.delete_key(document.user, superfluous.key_id)
        made = self._users.create_key(document.user)
        # If the value cannot be stored, the key is an orphan: the next try finds it by this mark,
        # or, without it, by its never having been used.
        self._users.mark_unfinished(document.user, made.access_key_id)
        return _with_key(current, made)

    def set(self, trial: Trial) -> None:
        """IAM has made the key itself."""

    def test(self, trial: Trial) -> None:
        pending = _document(trial.pending)
        if pending.credentials is None or pending.user != _document(trial.current).user:
            raise SecretSchemaError(
                "the pending value has no key, or another user than the current one",
                way_out="cancel the rotation and start a new one",
            )
        self._check_owner(pending.user, pending.credentials)

    def finish(self, succession: Succession) -> None:
        """The old key stays for those who still have it."""
        current = _document(succession.current)
        if self._users.unfinished_key(current.user) == current.key_id:
            self._users.mark_finished(current.user)

    def _superfluous(self, document: AccessKeyDocument, now: datetime) -> UserKey | None:
        return superfluous_key(
            self._users.keys_of(document.user),
            current=document.key_id,
            unfinished=self._users.unfinished_key(document.user),
            quiet_since=now - document.quiet,
        )

    def _check_owner(self, user: str, credentials: AwsCredentials) -> None:
        for look in range(LOOKS):
            owner = self._users.owner_of(credentials)
            if owner == user:
                return
            if owner is not None:
                raise RotationPolicyError(
                    "the key belongs to another user than the secret says",
                    way_out="correct 'user_name' of the secret, or its key",
                )
            if look < LOOKS - 1:
                self._clock.sleep(PAUSE_SECONDS)
        raise CloudFailureError(
            "AWS does not accept the key",
            kind=FailureKind.AUTHENTICATION,
            way_out="wait if it is new; else look at the user's keys in IAM",
        )


def superfluous_key(
    keys: Sequence[UserKey], *, current: str, unfinished: str, quiet_since: datetime
) -> UserKey | None:
    """The key that has to go before another can be made; raises RotationPolicyError if none may."""
    others = [key for key in keys if key.key_id != current]
    for key in others:
        if key.key_id == unfinished:
            return key
    if len(keys) < KEYS_PER_USER:
        return None
    for key in others:
        if not key.is_active or key.last_used_at is None or key.last_used_at < quiet_since:
            return key
    raise RotationPolicyError(
        "the user has no place for a new key: both of its keys are in use",
        way_out="find out who still uses the older key, then deactivate it",
    )


def _document(value: Secret | None) -> AccessKeyDocument:
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


def _credentials(fields: JsonFields) -> AwsCredentials | None:
    key_id, secret = (
        fields.optional_text("access_key_id"),
        fields.optional_text("secret_access_key"),
    )
    if bool(key_id) != bool(secret):
        raise fields.refusal("needs both 'access_key_id' and 'secret_access_key', or neither")
    return AwsCredentials(key_id, Secret(secret)) if key_id and secret else None


def _with_key(current: Secret | None, made: AwsCredentials) -> Secret:
    kept = json.loads(current.reveal()) if current else {}
    key = {
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret_access_key.reveal(),
    }
    return Secret(json.dumps({**kept, **key}))
