"""What the API answers, as far as the commands need it.

States and kinds are texts here: a newer server may know more of them than this command.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FINAL_STATES = frozenset({"succeeded", "failed", "cancelled", "dead"})
NEEDS_ATTENTION = "needs_attention"


@dataclass(frozen=True, slots=True)
class RunTransition:
    """One move of a run."""

    number: int
    event: str
    to_state: str
    at: datetime
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunSlice:
    """One worker's work on a run."""

    number: int
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    version: int = 0
    resources_finished: int = 0


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run."""

    id: str
    project: str
    stack: str
    kind: str
    state: str
    state_since: datetime
    created_at: datetime
    reason: str = ""
    asked_by: str = ""
    message: str = ""
    position: int = 0
    """How many runs of the stack are ahead of it."""
    cancel_requested: bool = False
    slices: tuple[RunSlice, ...] = ()
    transitions: tuple[RunTransition, ...] = ()

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def needs_attention(self) -> bool:
        return self.state == NEEDS_ATTENTION

    @property
    def stack_name(self) -> str:
        return f"{self.project}/{self.stack}"


@dataclass(frozen=True, slots=True)
class RunList:
    """Runs, newest first."""

    runs: tuple[RunFacts, ...]
    next_before: str = ""


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events after a cursor, and the run as it was when they were read."""

    events: tuple[Mapping[str, Any], ...]
    next: str
    run: RunFacts
    is_complete: bool
    """Nothing will follow `next`."""


@dataclass(frozen=True, slots=True)
class Upload:
    """How a program is uploaded."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProgramOffer:
    """What the server says to a program: how to upload it, or None if it has it."""

    digest: str
    upload: Upload | None


@dataclass(frozen=True, slots=True)
class StackSummary:
    """A stack in a list."""

    project: str
    stack: str
    version: int | None = None
    last_update_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StackList:
    """Stacks by project and name."""

    stacks: tuple[StackSummary, ...]


@dataclass(frozen=True, slots=True)
class ActiveUpdate:
    """An update that is open."""

    id: str
    kind: str
    started_at: datetime
    lease_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastUpdate:
    """An update of the history."""

    version: int
    kind: str
    status: str
    message: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    resource_changes: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Updates of a stack, newest first."""

    updates: tuple[PastUpdate, ...]
    next_before: str = ""


@dataclass(frozen=True, slots=True)
class StackFacts:
    """A stack."""

    id: str
    project: str
    stack: str
    created_at: datetime
    version: int
    tags: Mapping[str, str] = field(default_factory=dict)
    secrets_provider: str = ""
    resource_count: int = 0
    active_update: ActiveUpdate | None = None
    conflicted: bool = False
    last_update: PastUpdate | None = None
    unfinished_runs: int = 0


@dataclass(frozen=True, slots=True)
class ConfigText:
    """A config value; `[secret]` stands for one that was not asked for."""

    value: str
    secret: bool


@dataclass(frozen=True, slots=True)
class ConfigValues:
    """The config of a stack by full keys."""

    config: Mapping[str, ConfigText]


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One key of the config; `value` is empty where it was only written."""

    key: str
    secret: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class StackOutput:
    """What a stack exports under one name."""

    value: Any
    secret: bool


@dataclass(frozen=True, slots=True)
class StackOutputs:
    """What a stack exports, as of a version of it."""

    outputs: Mapping[str, StackOutput]
    version: int


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A role on the stacks of a pattern."""

    role: str
    stacks: str

    def __str__(self) -> str:
        return f"{self.role} on {self.stacks}"


@dataclass(frozen=True, slots=True)
class CallerFacts:
    """Who asks, and what their token is good for: what both a grant and the limit allow."""

    token_id: str
    person: str
    expires_at: datetime
    grants: tuple[GrantFacts, ...]
    limit: GrantFacts
    principal: str = ""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token that was issued, without its text."""

    id: str
    person: str
    created_at: datetime
    expires_at: datetime
    grants: tuple[GrantFacts, ...]
    limit: GrantFacts
    principal: str = ""


@dataclass(frozen=True, slots=True)
class TokenList:
    """Tokens that are good now."""

    tokens: tuple[TokenFacts, ...]


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token, with its text."""

    id: str
    token: str = field(repr=False)
    person: str
    expires_at: datetime
    grants: tuple[GrantFacts, ...]
    limit: GrantFacts


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A resource in a stack's state."""

    urn: str
    type: str
    name: str
    id: str = ""
    parent: str = ""
    protect: bool = False
    pending: str = ""
    """What an interrupted operation was doing to it; empty for nothing."""


@dataclass(frozen=True, slots=True)
class ResourceList:
    """A stack's resources, as of a version of it."""

    resources: tuple[ResourceFacts, ...]
    version: int


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One of the two states that a person has to choose between."""

    resource_count: int
    version_id: str = ""
    written_at: str = ""
    engine_version: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A resource that is not the same on both sides."""

    urn: str
    kind: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictingUpdate:
    """The update whose state could not be published."""

    id: str
    version: int
    kind: str
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """A conflict: `ours` is None where the update left nothing that could hold."""

    update: ConflictingUpdate
    ours: ConflictSide | None
    theirs: ConflictSide
    differences: tuple[Difference, ...] = ()
