"""What the API answers, for its description; tests hold every answer against these models.

Answers are made as plain documents, so that a read needs no pydantic.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FieldFault(_Document):
    field: str
    message: str


class Problem(_Document):
    """An error, as RFC 9457 has it, with a code that stays and what to do about it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    way_out: str
    errors: list[FieldFault] = []


class StackSummary(_Document):
    project: str
    stack: str
    version: int = Field(description="number of its last update; 0 if there was none")


class StackList(_Document):
    stacks: list[StackSummary]


class ActiveUpdate(_Document):
    id: str
    kind: str
    started_at: str
    lease_ends_at: str


class Update(_Document):
    id: str
    version: int
    kind: str
    status: str
    message: str
    started_at: str | None
    ended_at: str | None
    resource_changes: dict[str, int]
    engine_version: str
    config_digest: str
    reason: str
    run_id: str = Field(description="empty if no run of Hoist made it")


class Stack(_Document):
    id: str
    project: str
    stack: str
    created_at: str
    version: int
    tags: dict[str, str]
    secrets_provider: str
    resource_count: int
    active_update: ActiveUpdate | None
    conflicted: bool
    last_update: Update | None
    unfinished_runs: int


class ConfigValue(_Document):
    value: str
    secret: bool


class Config(_Document):
    config: dict[str, ConfigValue]


class NamedConfigValue(_Document):
    key: str
    value: str
    secret: bool


class ConfigKey(_Document):
    key: str
    secret: bool


class Upload(_Document):
    """One request that may be sent, exactly as it is here."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: str


class ProgramOffer(_Document):
    digest: str
    upload: Upload | None = Field(description="null if the program is there")


class PendingImport(_Document):
    urn: str
    resource_id: str


class RunOptions(_Document):
    parallel: int
    targets: list[str]
    expect_no_changes: bool
    continue_on_error: bool
    recreate_pending: bool
    clear_pending_creates: bool
    import_pending_creates: list[PendingImport]


class Slice(_Document):
    number: int
    started_at: str
    ended_at: str | None
    outcome: str = Field(description="empty while it goes on")
    version: int
    resources_finished: int


class Transition(_Document):
    number: int
    event: str
    from_state: str = Field(description="empty for the first")
    to_state: str
    who: str
    at: str
    reason: str


class Run(_Document):
    id: str
    project: str
    stack: str
    kind: str
    state: str
    state_since: str
    reason: str
    created_at: str
    asked_by: str
    message: str
    program: str
    options: RunOptions
    position: int = Field(description="how many runs come before it")
    cancel_requested: bool
    slices: list[Slice]
    transitions: list[Transition]


class RunList(_Document):
    runs: list[Run]
    next_before: str = Field(description="empty at the end")


class EventList(_Document):
    events: list[dict[str, Any]] = Field(description="schema 1 of the events of an operation")
    next: str
    run: Run
    is_complete: bool


class Output(_Document):
    value: Any
    secret: bool


class Outputs(_Document):
    outputs: dict[str, Output]
    version: int


class Resource(_Document):
    urn: str
    type: str
    name: str
    id: str
    parent: str
    protect: bool
    pending: str = Field(description="what is under way with it, such as creating; mostly empty")


class ResourceList(_Document):
    resources: list[Resource]
    version: int


class ConflictSide(_Document):
    version_id: str = Field(description="empty for what is kept beside the checkpoint")
    written_at: str = Field(description="as its engine tells it; empty if it does not")
    engine_version: str
    resource_count: int


class Difference(_Document):
    urn: str
    kind: str = Field(description="only_ours, only_theirs or changed")
    fields: list[str] = Field(description="what differs of one that is on both; never a value")


class Conflict(_Document):
    """Ours is what the update made, theirs the checkpoint as somebody else left it."""

    update: Update
    ours: ConflictSide | None = Field(description="null if the update left nothing that can hold")
    theirs: ConflictSide
    differences: list[Difference]


class History(_Document):
    updates: list[Update]
    next_before: str = Field(description="empty at the end")


class Grant(_Document):
    role: str
    stacks: str = Field(description="a pattern, such as shop/*")


class CallerFacts(_Document):
    """Only what both a grant and the limit allow is allowed."""

    token_id: str
    person: str = Field(description="the ARN by which people are told apart")
    principal: str = Field(description="the ARN that IAM told, with the session's name")
    expires_at: str
    grants: list[Grant]
    limit: Grant = Field(description="what the token was narrowed to")


class Token(_Document):
    id: str
    person: str
    principal: str
    created_at: str
    expires_at: str
    grants: list[Grant]
    limit: Grant


class TokenList(_Document):
    tokens: list[Token]


class IssuedToken(Token):
    token: str = Field(description="the token itself, which is shown this once")


class Actor(_Document):
    person: str
    principal: str
    token_id: str
    session: str


class Origin(_Document):
    ip: str
    user_agent: str
    invocation: str = Field(description="of a worker")


class EntryDigests(_Document):
    """SHA-256 of what was sent or used; empty where nothing was, or it was a secret."""

    request: str
    program: str
    config: str
    plan: str
    chain: str


class EntryResult(_Document):
    kind: str = Field(description="begun, done, refused or failed")
    code: str
    begun_at: int = Field(description="number of the entry by which it began; 0 if it is alone")


class AuditEntry(_Document):
    format: int
    chain: str
    number: int
    previous: str = Field(description="the hash of the entry before")
    id: str
    at: str
    who: Actor
    operation: str
    subject: str
    why: str
    origin: Origin = Field(alias="from")
    digests: EntryDigests
    result: EntryResult


class HashedEntry(_Document):
    entry: AuditEntry
    hash: str = Field(description="SHA-256 of the entry as compact JSON with sorted names")


class AuditEntries(_Document):
    chain: str
    entries: list[HashedEntry]
    next_before: int = Field(description="`before` of the page of older ones; 0 at the end")


class AuditHead(_Document):
    format: int
    purpose: str
    chain: str
    number: int = Field(description="of the entry that was the last one")
    hash: str = Field(description="of that entry")
    at: str
    key_id: str = Field(description="SHA-256 of the public key")


class SignedHead(_Document):
    head: AuditHead
    signature: str
    public_key: str


class AuditHeads(_Document):
    chain: str
    heads: list[SignedHead]
    next_before: int = Field(description="`before` of the page of older ones; 0 at the end")


class Description(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
