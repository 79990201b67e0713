"""A secret as the file store keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hoist.secrets.sealing import SealedValue


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One version; without a value it is the placeholder of a rotation."""

    version_id: str
    created_at: datetime
    stages: frozenset[str] = frozenset()
    value: SealedValue | None = None
    last_accessed_on: date | None = None


# Oldest first.
Versions = tuple[SecretVersion, ...]


@dataclass(frozen=True, slots=True)
class RotationRules:
    """When a secret is to rotate, in Secrets Manager's own words."""

    automatically_after_days: int | None = None
    schedule_expression: str | None = None
    duration: str | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """What rotates a secret, and when. Cancelled, it is kept and not enabled."""

    function_arn: str
    rules: RotationRules
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret with all its versions; the values in it are sealed."""

    name: str
    arn: str
    created_at: datetime
    changed_at: datetime
    versions: Versions = ()
    description: str | None = None
    kms_key_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None
    rotation: Rotation | None = None
    last_rotated_at: datetime | None = None
    last_accessed_on: date | None = None
    deletion_due_at: datetime | None = None

    def is_gone(self, now: datetime) -> bool:
        """Whether its recovery window is over: it counts as deleted from then on."""
        return self.deletion_due_at is not None and self.deletion_due_at <= now
