"""Access keys of an IAM user. The replaced key lives on until the next rotation needs its place.

IAM allows two keys. So a consumer that still has the old key is let in, and a rotation begins by
deleting the older of the two, unless somebody has used it lately.
"""

from collections.abc import Sequence
from datetime import datetime

from hoist.aws import AwsCredentials
from hoist.clock import Clock
from hoist.secret import Secret
from rotation.errors import CloudFailureError, FailureKind, RotationPolicyError, SecretSchemaError
from rotation.steps import Stage
from rotation.strategies.access_key_document import (
    AccessKeyDocument,
    access_key_document,
    key_in,
    with_key,
)
from rotation.strategies.patience import comes_true
from rotation.strategies.user_keys import UserKey, UserKeys
from rotation.strategy import Draft, Succession, Traits, Trial

KEYS_PER_USER = 2


class IamAccessKey:
    """The secret is {"strategy", "user_name", "access_key_id", "secret_access_key", "policy"}."""

    traits = Traits(
        fallbacks=(Stage.PENDING, Stage.PREVIOUS), live_credentials_at_most=KEYS_PER_USER
    )

    def __init__(self, users: UserKeys, clock: Clock) -> None:
        self._users = users
        self._clock = clock

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        document = access_key_document(current)
        self._superfluous(document, draft.at)
        if document.credentials:
            self._prove_good(document.user, document.credentials)

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        document = access_key_document(current)
        superfluous = self._superfluous(document, draft.at)
        if superfluous:
            self._users.delete_key(document.user, superfluous.key_id)
        made = self._users.create_key(document.user)
        # If the value cannot be stored, the key is an orphan: the next try finds it by this mark,
        # or, without it, by its never having been used.
        self._users.mark_unfinished(document.user, made.access_key_id)
        return with_key(current, made)

    def set(self, trial: Trial) -> None:
        """IAM has made the key itself."""

    def test(self, trial: Trial) -> None:
        pending, current = access_key_document(trial.pending), access_key_document(trial.current)
        if pending.credentials is None or pending.user != current.user:
            raise SecretSchemaError(
                "the pending value has no key, or another user than the current one",
                way_out="cancel the rotation and start a new one",
            )
        self._prove_good(pending.user, pending.credentials)
        self._prove_deleted_dead(pending.user, trial.previous)

    def finish(self, succession: Succession) -> None:
        """The old key stays for those who still have it."""
        current = access_key_document(succession.current)
        if self._users.unfinished_key(current.user) == current.key_id:
            self._users.mark_finished(current.user)

    def _superfluous(self, document: AccessKeyDocument, now: datetime) -> UserKey | None:
        return superfluous_key(
            self._users.keys_of(document.user),
            current=document.key_id,
            unfinished=self._users.unfinished_key(document.user),
            quiet_since=now - document.quiet,
        )

    def _prove_good(self, user: str, credentials: AwsCredentials) -> None:
        def is_known() -> bool:
            owner = self._users.owner_of(credentials)
            if owner not in {None, user}:
                raise RotationPolicyError(
                    "the key belongs to another user than the secret says",
                    way_out="correct 'user_name' of the secret, or its key",
                )
            return owner is not None

        if not comes_true(is_known, self._clock):
            raise CloudFailureError(
                "AWS does not accept the key",
                kind=FailureKind.AUTHENTICATION,
                way_out="wait if it is new; else look at the user's keys in IAM",
            )

    def _prove_deleted_dead(self, user: str, previous: Secret | None) -> None:
        # The key before the current one had to make room for the pending one.
        owner, deleted = key_in(previous) or ("", None)
        if deleted is None or owner != user or self._has_key(user, deleted.access_key_id):
            return
        if not comes_true(lambda: self._users.owner_of(deleted) != user, self._clock):
            raise CloudFailureError(
                "AWS still accepts the key before the current one, which was deleted",
                kind=FailureKind.UNAVAILABLE,
                way_out="wait, as the rotation is tried again; if it stays so, look at IAM",
            )

    def _has_key(self, user: str, key_id: str) -> bool:
        return any(key.key_id == key_id for key in self._users.keys_of(user))


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
