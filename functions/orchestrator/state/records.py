"""What is kept about a stack and about each of its updates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from orchestrator.state.names import StackName

# The CLI assumes 300 s, renews when less than half of it is left, and may be late by one of its
# 37.5 s ticks: 330 s never ends under a living client.
LEASE_LENGTH = timedelta(seconds=330)


class UpdateKind(StrEnum):
    """The operation, in Pulumi's words."""

    UPDATE = "update"
    PREVIEW = "preview"
    REFRESH = "refresh"
    DESTROY = "destroy"
    IMPORT = "import"
    RENAME = "rename"

    @property
    def is_all_or_nothing(self) -> bool:
        """Whether it takes effect only if it was completed: half of it is worth nothing."""
        return self in (UpdateKind.IMPORT, UpdateKind.RENAME)


class UpdateStatus(StrEnum):
    """How far an update is. The last four are final."""

    CREATED = "created"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """Its client died; what it had acknowledged is in the state."""
    CONFLICTED = "conflicted"
    """The checkpoint moved under it; the fold is kept beside it."""

    @property
    def is_final(self) -> bool:
        return self not in (UpdateStatus.CREATED, UpdateStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs an update: enough to prove, on the same machine, that the process is gone."""

    host: str = ""
    """The machine; of a client that no process of ours can look at, the person."""
    machine: str = ""
    """Tells machines, boots and process namespaces apart, where host names repeat."""
    pid: int = 0
    process_started_at: str = ""
    """As the operating system tells it, so that a reused pid is not mistaken for the holder."""

    def __str__(self) -> str:
        if self.host and self.pid:
            return f"process {self.pid} on {self.host}"
        return self.host or "an unnamed client"


@dataclass(frozen=True, slots=True)
class Base:
    """The checkpoint that an update started from; both are empty for a stack without one."""

    etag: str = ""
    version_id: str = ""
    secrets_provider: str = ""
    """What tells its secrets provider from others; an update must not bring another one."""


@dataclass(frozen=True, slots=True)
class ActiveUpdate:
    """The open update of a stack, and until when nobody may take it over."""

    update_id: str
    kind: UpdateKind
    started_at: datetime
    lease_ends_at: datetime
    holder: Holder = field(default_factory=Holder)
    base: Base = field(default_factory=Base)
    token_digest: str = ""
    """SHA-256 of the lease token; it also tells one start of an update from another."""

    def is_expired(self, now: datetime) -> bool:
        return now >= self.lease_ends_at


@dataclass(frozen=True, slots=True)
class SecretsProvider:
    """Pulumi's own pair for a cloud secrets provider: its URL and the wrapped data key."""

    url: str
    encrypted_key: str

    def as_state(self) -> dict[str, Any]:
        """The `secrets_providers` object of a deployment."""
        return {"type": "cloud", "state": {"url": self.url, "encryptedkey": self.encrypted_key}}


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """A config value as it is stored: `text` is ciphertext if it is secret."""

    text: str
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class ClientConfigValue:
    """A config value as a client sent it with an update: `text` is ciphertext if it is secret."""

    text: str
    is_secret: bool = False
    is_object: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """What a stack was called, and what it is to be called."""

    old: StackName
    new: StackName


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a stack had up to, and with, an update of this number."""

    name: StackName
    last_version: int


@dataclass(frozen=True, slots=True)
class StackRecord:
    """A stack. `id` never changes, not even by a rename."""

    id: str
    name: StackName
    created_at: datetime
    version: int = 0
    """Number of the last update that was started."""
    tags: dict[str, str] = field(default_factory=dict)
    config: dict[str, ConfigValue] = field(default_factory=dict)
    secrets: SecretsProvider | None = None
    active: ActiveUpdate | None = None
    last_update_id: str = ""
    conflict_update_id: str = ""
    """The update whose fold could not be published; while it is set, nothing may start."""
    is_being_deleted: bool = False
    """Its deletion has begun: nothing may start, and only deleting it again goes on."""
    former_names: tuple[FormerName, ...] = ()
    """Oldest first."""

    def starting(self, active: ActiveUpdate, tags: Mapping[str, str]) -> Self:
        """This stack with a new open update."""
        return replace(
            self,
            active=active,
            version=self.version + 1,
            last_update_id=active.update_id,
            tags=dict(tags) or self.tags,
        )

    def is_held_by(self, update_id: str) -> bool:
        """Whether this update is the open one."""
        return self.active is not None and self.active.update_id == update_id

    def name_at(self, version: int) -> StackName:
        """What it was called after the update of this number: its checkpoint is kept under that."""
        names = (former.name for former in self.former_names if version <= former.last_version)
        return next(names, self.name)


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """One update of a stack, from its creation to its end."""

    id: str
    stack_id: str
    kind: UpdateKind
    is_dry_run: bool
    created_at: datetime
    status: UpdateStatus = UpdateStatus.CREATED
    version: int = 0
    token_digest: str = ""
    """SHA-256 of the lease token: the token itself is with the client alone."""
    base: Base = field(default_factory=Base)
    secrets: SecretsProvider | None = None
    """The stack's, if that is a cloud provider: when the update started, and at last its own."""
    message: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    engine_version: str = ""
    config_digest: str = ""
    config: dict[str, ClientConfigValue] = field(default_factory=dict)
    rename: Rename | None = None
    """Only of a rename."""
    amends: str = ""
    """The cancelled update whose late outcomes this one records."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    resource_changes: dict[str, int] = field(default_factory=dict)
    resource_count: int | None = None
    """How many resources the state had afterwards; None if nobody counted."""
    checkpoint_version_id: str = ""
    reason: str = ""
    """Why it did not succeed, as a sentence; empty when it did or when the engine knows better."""

    def opened(self, stack: StackRecord) -> Self:
        """This update as the open one of the stack; itself, if it is not that or was opened."""
        active = stack.active
        if active is None or active.update_id != self.id or self.status is not UpdateStatus.CREATED:
            return self
        return replace(
            self,
            status=UpdateStatus.RUNNING,
            version=stack.version,
            token_digest=active.token_digest,
            base=active.base,
            secrets=stack.secrets,
            started_at=active.started_at,
        )
