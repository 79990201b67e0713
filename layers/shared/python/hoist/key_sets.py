"""Sets of HMAC keys that overlap, as the rotation writes them and signers and verifiers read them.

    {"strategy": "signing-keys", "policy": {...},
     "keys": [{"kid", "secret", "not_before", "retire_after"}], "active_kid": ...}

Keys stand oldest first. A key signs from its `not_before` until a younger one may sign; it
verifies from the moment it is published until its `retire_after`. So nobody has to write anything
at the moment of the change-over: `active_kid` is the key that is, or is about to be, the signer.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from hoist.errors import HoistError
from hoist.secret import Secret
from hoist.strict_json import JsonFields, json_fields

STRATEGY = "signing-keys"

_LONGEST_SPAN_SECONDS = 400 * 24 * 3600


class NoSigningKeyError(HoistError):
    """The key set has no key that may sign now."""

    code = "no_signing_key"


class Algorithm(Enum):
    """HMAC with SHA-2, by its JWT name."""

    HS256 = "HS256"
    HS384 = "HS384"
    HS512 = "HS512"

    @property
    def digest(self) -> str:
        return f"sha{self.value[2:]}"

    @property
    def key_bytes(self) -> int:
        """The shortest key that RFC 7518 allows: as long as the hash."""
        return int(self.value[2:]) // 8


@dataclass(frozen=True, slots=True)
class KeySetPolicy:
    """What the rotation needs to know of those who use the keys."""

    algorithm: Algorithm = Algorithm.HS256
    # How long it takes until every verifier has read a changed set.
    propagation: timedelta = timedelta(hours=1)
    # The longest that a token signed with a key is valid.
    token_lifetime: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key. Without `retire_after` no younger one has replaced it yet."""

    kid: str
    secret: Secret
    not_before: datetime
    retire_after: datetime | None = None

    def may_sign(self, now: datetime) -> bool:
        return self.not_before <= now and self.verifies(now)

    def verifies(self, now: datetime) -> bool:
        return self.retire_after is None or now < self.retire_after


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys, oldest first."""

    policy: KeySetPolicy
    keys: tuple[SigningKey, ...] = ()

    @classmethod
    def read(cls, document: Secret) -> "KeySet":
        """Raises InvalidDocumentError for what the rotation would not have written."""
        return _key_set(json_fields(document, "the key set"))

    @property
    def active(self) -> SigningKey | None:
        """The youngest key, whether or not it signs already."""
        return self.keys[-1] if self.keys else None

    def signing_key(self, now: datetime) -> SigningKey:
        """The key to sign with; raises NoSigningKeyError."""
        for key in reversed(self.keys):
            if key.may_sign(now):
                return key
        raise NoSigningKeyError(
            "the key set has no key that may sign now", way_out="rotate the secret"
        )

    def sign(self, message: bytes, key: SigningKey) -> bytes:
        """The message's HMAC under the key."""
        return hmac.digest(_material(key.secret), message, self.policy.algorithm.digest)

    def verify(self, message: bytes, signature: bytes, *, kid: str, now: datetime) -> bool:
        """Whether the key of that id, if it still verifies, made the signature."""
        return any(
            key.kid == kid
            and key.verifies(now)
            and hmac.compare_digest(self.sign(message, key), signature)
            for key in self.keys
        )

    def document(self) -> Secret:
        """The set as it is stored."""
        fields = {
            "strategy": STRATEGY,
            "policy": _policy_fields(self.policy),
            "keys": [_key_fields(key) for key in self.keys],
            "active_kid": self.active.kid if self.active else None,
        }
        return Secret(json.dumps(fields))


def key_text(material: bytes) -> Secret:
    """The key as it stands in the document."""
    return Secret(base64.urlsafe_b64encode(material).decode().rstrip("="))


def _material(secret: Secret) -> bytes:
    text = secret.reveal()
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _key_set(fields: JsonFields) -> KeySet:
    if fields.optional_text("strategy") not in {None, STRATEGY}:
        raise fields.refusal("is that of another strategy")
    policy = _policy(fields.object("policy"))
    keys = tuple(_key(key, policy) for key in fields.objects("keys"))
    active_kid = fields.optional_text("active_kid")
    fields.refuse_others()
    _check(fields, keys, active_kid)
    return KeySet(policy, keys)


def _check(fields: JsonFields, keys: Sequence[SigningKey], active_kid: str | None) -> None:
    if len({key.kid for key in keys}) < len(keys):
        raise fields.refusal("has two keys of one id")
    if active_kid != (keys[-1].kid if keys else None):
        raise fields.refusal("has an 'active_kid' that is not its last key's")
    if [key for key in keys if key.retire_after is None] != list(keys[-1:]):
        raise fields.refusal("must have 'retire_after' in each key but the last")


def _policy(fields: JsonFields) -> KeySetPolicy:
    named = fields.optional_text("algorithm") or Algorithm.HS256.value
    if named not in Algorithm.__members__:
        raise fields.refusal(f"has an 'algorithm' other than {', '.join(Algorithm.__members__)}")
    default = KeySetPolicy()
    policy = KeySetPolicy(
        algorithm=Algorithm(named),
        propagation=_span(fields, "propagation_seconds", default.propagation),
        token_lifetime=_span(fields, "token_lifetime_seconds", default.token_lifetime),
    )
    fields.refuse_others()
    return policy


def _span(fields: JsonFields, name: str, default: timedelta) -> timedelta:
    seconds = round(default.total_seconds())
    number = fields.number(name, default=seconds, lowest=0, highest=_LONGEST_SPAN_SECONDS)
    return timedelta(seconds=number)


def _key(fields: JsonFields, policy: KeySetPolicy) -> SigningKey:
    key = SigningKey(
        kid=fields.text("kid"),
        secret=fields.secret("secret"),
        not_before=fields.instant("not_before"),
        retire_after=fields.optional_instant("retire_after"),
    )
    fields.refuse_others()
    if _material_length(key.secret) < policy.algorithm.key_bytes:
        raise fields.refusal(f"needs a 'secret' of {policy.algorithm.key_bytes} bytes in base64url")
    return key


def _material_length(secret: Secret) -> int:
    try:
        return len(_material(secret))
    except (binascii.Error, ValueError):
        return 0


def _policy_fields(policy: KeySetPolicy) -> dict[str, Any]:
    return {
        "algorithm": policy.algorithm.value,
        "propagation_seconds": round(policy.propagation.total_seconds()),
        "token_lifetime_seconds": round(policy.token_lifetime.total_seconds()),
    }


def _key_fields(key: SigningKey) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "secret": key.secret.reveal(),
        "not_before": key.not_before.isoformat(),
        "retire_after": key.retire_after.isoformat() if key.retire_after else None,
    }
