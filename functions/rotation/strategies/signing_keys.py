"""HMAC keys with overlap: tokens signed with an old key verify until they expire, and no longer.

A rotation adds a key that verifiers know before anybody signs with it; the one that it replaces
verifies for as long as a token may live. Nothing outside the secret has to be told.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from hoist.key_sets import KeySet, KeySetPolicy, SigningKey, key_text
from hoist.secret import Secret
from rotation.errors import PendingValueStaleError, RotationPolicyError
from rotation.strategy import Draft, Succession, Traits, Trial

# The new key begins to sign that much later than its propagation takes, so that steps which are
# tried again do not eat into the propagation.
TIME_TO_PUBLISH = timedelta(minutes=15)
KEYS_AT_MOST = 8


class SigningKeys:
    """The secret is a document of hoist.key_sets."""

    traits = Traits(fallbacks=(), live_credentials_at_most=KEYS_AT_MOST)

    def preflight(self, current: Secret | None, draft: Draft) -> None:
        _kept_keys(_key_set(current), draft.at)

    def create(self, current: Secret | None, draft: Draft) -> Secret:
        secret = key_text(secrets.token_bytes(_key_set(current).policy.algorithm.key_bytes))
        return with_next_key(
            _key_set(current), kid=_kid(draft), secret=secret, now=draft.at
        ).document()

    def set(self, trial: Trial) -> None:
        """Verifiers and signers read the secret itself."""

    def test(self, trial: Trial) -> None:
        key_set = KeySet.read(trial.pending)
        if is_too_late(key_set, trial.at):
            raise PendingValueStaleError(
                "the pending key would begin to sign before all verifiers can have read it",
                way_out="cancel the rotation, remove AWSPENDING and start a new one",
            )

    def finish(self, succession: Succession) -> None:
        """Old keys retire by the clock."""


def with_next_key(key_set: KeySet, *, kid: str, secret: Secret, now: datetime) -> KeySet:
    """The set with a key more, without those that no token needs; raises RotationPolicyError."""
    kept = _kept_keys(key_set, now)
    # The first key of all has nobody to wait for.
    signs_at = now + key_set.policy.propagation + TIME_TO_PUBLISH if kept else now
    return replace(
        key_set,
        keys=(
            *(_replaced(key, signs_at, key_set.policy) for key in kept),
            SigningKey(kid, secret, not_before=signs_at),
        ),
    )


def is_too_late(key_set: KeySet, now: datetime) -> bool:
    """Whether the youngest key, published now, could meet a verifier that does not know it."""
    if len(key_set.keys) < 2 or key_set.active is None:
        return False
    return key_set.active.not_before < now + key_set.policy.propagation


def _kept_keys(key_set: KeySet, now: datetime) -> list[SigningKey]:
    """The keys that some token may still need; raises RotationPolicyError if all places are."""
    kept = [key for key in key_set.keys if key.verifies(now)]
    if len(kept) >= KEYS_AT_MOST:
        raise RotationPolicyError(
            f"{len(kept)} keys still verify and no more are allowed",
            way_out="wait until one has retired, or shorten the life of tokens",
        )
    return kept


def _replaced(key: SigningKey, signs_at: datetime, policy: KeySetPolicy) -> SigningKey:
    if key.retire_after is not None:
        return key
    # It may itself not have begun to sign yet; it is then kept for whom it still signs meanwhile.
    return replace(key, retire_after=signs_at + policy.token_lifetime)


def _key_set(current: Secret | None) -> KeySet:
    return KeySet.read(current) if current else KeySet(KeySetPolicy())


def _kid(draft: Draft) -> str:
    # The version that brought a key can be told by it, and a retry cannot make a second one.
    # Tokens are chosen by callers: a verifier of several sets must not meet one id twice.
    return hashlib.sha256(f"{draft.secret_arn}\n{draft.token}".encode()).hexdigest()[:16]
