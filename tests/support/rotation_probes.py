"""Users of a secret, who can tell at any moment whether its current value lets them in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from hoist.aws import AwsCredentials
from hoist.key_sets import KeySet, KeySetPolicy, key_text
from hoist.secret import Secret
from hoist.strict_json import json_fields
from rotation.strategies.signing_keys import with_next_key
from rotation_site import MORNING, RotationSite
from rotation_tokens import is_signed, issue

LIFETIME = timedelta(hours=12)
USER = "app"


class Probe(Protocol):
    """Made before the rotation begins."""

    def lets_in(self, value: str) -> bool:
        """Whether the value is of use to whom it was of use before."""
        ...

    def live_credentials(self, value: str | None) -> int:
        """How many credentials are good now; `value` is the current one."""
        ...


class AnyReader:
    """A value that opens nothing: whoever reads it has it."""

    def __init__(self, site: RotationSite, old: str | None) -> None:
        self._old = old

    def lets_in(self, value: str) -> bool:
        return value == self._old or len(value) >= 32

    def live_credentials(self, value: str | None) -> int:
        return 0 if value is None else 1


class TokenHolder:
    """Has a token of the old keys, if there were any."""

    def __init__(self, site: RotationSite, old: str | None) -> None:
        self._site = site
        keys = KeySet.read(Secret(old)) if old else KeySet(KeySetPolicy())
        self._token = issue(keys, now=MORNING, lifetime=LIFETIME) if keys.keys else None

    def lets_in(self, value: str) -> bool:
        now, key_set = self._site.clock.now(), KeySet.read(Secret(value))
        return self._token is None or (
            is_signed(key_set, self._token, now=now) and key_set.signing_key(now).may_sign(now)
        )

    def live_credentials(self, value: str | None) -> int:
        keys = KeySet.read(Secret(value)).keys if value else ()
        return sum(key.verifies(self._site.clock.now()) for key in keys)


class KeyHolder:
    """Signs requests to AWS with the key in the secret. One older key is still about."""

    def __init__(self, site: RotationSite, old: str | None) -> None:
        self._users = site.users
        if "access_key_id" in (old or ""):
            self._users.create_key(USER)
            self._users.create_key(USER)

    def lets_in(self, value: str) -> bool:
        fields = json_fields(Secret(value), "the value")
        key_id = fields.optional_text("access_key_id")
        if key_id is None:
            return True
        credentials = AwsCredentials(key_id, fields.secret("secret_access_key"))
        key = self._users.keys[USER].get(key_id)
        return key is not None and self._users.is_good(key, credentials)

    def live_credentials(self, value: str | None) -> int:
        return len(self._users.keys_of(USER))


def two_keys() -> str:
    """A set in which the second key signs already."""
    key_set = KeySet(KeySetPolicy(propagation=timedelta(hours=2), token_lifetime=LIFETIME))
    for number, age in enumerate((timedelta(hours=20), timedelta(hours=10))):
        secret = key_text(bytes([number]) * 32)
        key_set = with_next_key(key_set, kid=f"k{number}", secret=secret, now=MORNING - age)
    return key_set.document().reveal()


ACCESS_KEY = (
    '{"user_name": "app", "access_key_id": "AKIA0000000000000002",'
    ' "secret_access_key": "CANARY-secret-2"}'
)

ProbeMaker = Callable[[RotationSite, str | None], Probe]

# A name, the strategy, the value before the first rotation, and who looks on.
SCENARIOS: dict[str, tuple[str, str | None, ProbeMaker]] = {
    "a bare value": ("generated", "old", AnyReader),
    "a value in a document": (
        "generated",
        '{"strategy": "generated", "value": "old", "policy": {"length": 40}}',
        AnyReader,
    ),
    "a first value": ("generated", None, AnyReader),
    "two keys": ("signing-keys", two_keys(), TokenHolder),
    "no keys": ("signing-keys", '{"keys": []}', TokenHolder),
    "a first set of keys": ("signing-keys", None, TokenHolder),
    "an access key": ("iam-access-key", ACCESS_KEY, KeyHolder),
    "a user without a key": ("iam-access-key", '{"user_name": "app"}', KeyHolder),
}
