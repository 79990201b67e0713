"""The access keys of IAM users in memory, with IAM's limit and IAM's slowness."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hoist.aws import AwsCredentials
from hoist.clock import Clock
from hoist.secret import Secret
from rotation.errors import CloudFailureError, FailureKind
from rotation.strategies.user_keys import UserKey


@dataclass
class StoredKey:
    secret: str
    known_from: float
    is_active: bool = True
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class DeletedKey:
    """Gone from the lists, and not yet known everywhere to be."""

    user: str
    key_id: str
    key: StoredKey
    dead_from: float


@dataclass
class InMemoryUserKeys:
    """New keys are accepted `delay_seconds` after they were made, deleted ones
    `dead_after_seconds` longer than they are listed."""

    clock: Clock
    delay_seconds: float = 0
    dead_after_seconds: float = 0
    keys: dict[str, dict[str, StoredKey]] = field(default_factory=dict)
    deleted: list[DeletedKey] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def keys_of(self, user: str) -> Sequence[UserKey]:
        return [
            UserKey(key_id, key.is_active, key.last_used_at)
            for key_id, key in self._keys(user).items()
        ]

    def create_key(self, user: str) -> AwsCredentials:
        if len(self._keys(user)) >= 2:
            raise CloudFailureError("CreateAccessKey ended", kind=FailureKind.POLICY)
        self.made += 1
        key_id, secret = f"AKIA{self.made:016}", f"CANARY-secret-{self.made}"
        known_from = self.clock.monotonic() + self.delay_seconds
        self._keys(user)[key_id] = StoredKey(secret, known_from)
        return AwsCredentials(key_id, Secret(secret))

    def delete_key(self, user: str, key_id: str) -> None:
        key = self._keys(user).pop(key_id, None)
        if key is not None:
            dead_from = self.clock.monotonic() + self.dead_after_seconds
            self.deleted.append(DeletedKey(user, key_id, key, dead_from))

    def unfinished_key(self, user: str) -> str:
        return self.marks.get(user, "")

    def mark_unfinished(self, user: str, key_id: str) -> None:
        self.marks[user] = key_id

    def mark_finished(self, user: str) -> None:
        self.marks.pop(user, None)

    def owner_of(self, credentials: AwsCredentials) -> str | None:
        """Asking is a use of the key, as it is in AWS."""
        for user, keys in self.keys.items():
            key = keys.get(credentials.access_key_id)
            if key and self.is_good(key, credentials):
                key.last_used_at = self.clock.now()
                return user
        return self._owner_before(credentials)

    def is_good(self, key: StoredKey, credentials: AwsCredentials) -> bool:
        is_known = self.clock.monotonic() >= key.known_from
        is_right = key.secret == credentials.secret_access_key.reveal()
        return key.is_active and is_known and is_right

    def _owner_before(self, credentials: AwsCredentials) -> str | None:
        now = self.clock.monotonic()
        for gone in self.deleted:
            is_it = gone.key_id == credentials.access_key_id
            if is_it and now < gone.dead_from and self.is_good(gone.key, credentials):
                return gone.user
        return None

    def _keys(self, user: str) -> dict[str, StoredKey]:
        return self.keys.setdefault(user, {})
