"""Bodies of requests, checked before anything is done. What is not named here is refused."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from hoist.access.patterns import StackPattern
from hoist.access.permissions import Role
from hoist.access.token_book import (
    DEFAULT_LIFETIME,
    LONGEST_LIFETIME,
    SHORTEST_LIFETIME,
    TokenWish,
)
from orchestrator.runs.options import (
    DEFAULT_PARALLEL,
    MAX_LISTED,
    MAX_PARALLEL,
    MAX_TEXT_LENGTH,
    ImportedCreate,
    RunOptions,
)
from orchestrator.runs.requests import MAX_LENGTHS
from orchestrator.uploads.programs import MAX_PROGRAM_BYTES

# A stack's record holds all of its config, and at most 300 KB.
MAX_CONFIG_VALUE_LENGTH = 100_000
MAX_TAGS = 50
MAX_TAG_LENGTH = 256
# Two names of 100 characters, and the slash between them.
MAX_PATTERN_LENGTH = 201

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the zip, in hex")]
Tag = Annotated[str, Field(max_length=MAX_TAG_LENGTH)]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


class _Body(BaseModel):
    """What was sent is never quoted: it may be a secret in the wrong field."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class NewStack(_Body):
    """A stack to make."""

    project: str
    stack: str
    tags: dict[Tag, Tag] = Field(default={}, max_length=MAX_TAGS)


class NewConfigValue(_Body):
    """A config value to set; a secret one is encrypted at the door."""

    value: SecretStr = Field(max_length=MAX_CONFIG_VALUE_LENGTH)
    secret: bool = False


class NewProgram(_Body):
    """A program that somebody wants to upload."""

    digest: Digest
    size: int = Field(ge=1, le=MAX_PROGRAM_BYTES)


class NewPendingImport(_Body):
    """A pending create that did reach the cloud, and the id that it has there."""

    urn: Text
    resource_id: Text


class NewRunOptions(_Body):
    """What is different from other runs of the kind."""

    parallel: int = Field(default=DEFAULT_PARALLEL, ge=1, le=MAX_PARALLEL)
    targets: list[Text] = Field(default=[], max_length=MAX_LISTED)
    expect_no_changes: bool = False
    continue_on_error: bool = False
    recreate_pending: bool = False
    clear_pending_creates: bool = False
    import_pending_creates: list[NewPendingImport] = Field(default=[], max_length=MAX_LISTED)

    def as_options(self) -> RunOptions:
        """As the runs know them."""
        creates = (
            ImportedCreate(create.urn, create.resource_id) for create in self.import_pending_creates
        )
        return RunOptions(
            parallel=self.parallel,
            targets=tuple(self.targets),
            expect_no_changes=self.expect_no_changes,
            continue_on_error=self.continue_on_error,
            recreate_pending=self.recreate_pending,
            clear_pending_creates=self.clear_pending_creates,
            import_pending_creates=tuple(creates),
        )


class NewRun(_Body):
    """A run to queue."""

    kind: Literal["preview", "up", "refresh", "destroy"]
    program: Digest | None = None
    options: NewRunOptions = NewRunOptions()
    message: str = Field(default="", max_length=MAX_LENGTHS["message"])


class NewToken(_Body):
    """A token to issue, for no more than its owner may do."""

    role: Literal["viewer", "operator", "approver", "admin"] | None = Field(
        default=None, description="no more than this role may do"
    )
    stacks: str = Field(
        default=str(StackPattern()),
        max_length=MAX_PATTERN_LENGTH,
        description="a pattern, such as shop/*",
    )
    lifetime_seconds: int = Field(
        default=_seconds(DEFAULT_LIFETIME),
        ge=_seconds(SHORTEST_LIFETIME),
        le=_seconds(LONGEST_LIFETIME),
    )

    def as_wish(self) -> TokenWish:
        """As the book of tokens knows it; raises StackPatternError."""
        return TokenWish(
            role=Role(self.role) if self.role else None,
            stacks=StackPattern.parse(self.stacks),
            lifetime=timedelta(seconds=self.lifetime_seconds),
        )


class ConflictAnswer(_Body):
    """Which side of a conflict holds, by somebody who has looked at these two."""

    keep: Literal["ours", "theirs"]
    update_id: str = Field(max_length=MAX_TEXT_LENGTH, description="the update whose state is ours")
    seen_version: str = Field(
        max_length=MAX_TEXT_LENGTH, description="the version of the checkpoint that is theirs"
    )


class AttentionAnswer(_Body):
    """A person's word on a run that needs it."""

    resolution: Literal["retry", "cancel"]
