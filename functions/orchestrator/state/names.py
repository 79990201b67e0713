"""Names and keys of stacks: what users type, what Pulumi expects, where things are stored."""

import re
from dataclasses import dataclass

from orchestrator.state.errors import BadRequestError
from orchestrator.state.storage import RecordKey

ORGANIZATION = "organization"
"""The only organisation, as on Pulumi's S3 backend, so that stack references work in both."""

# Pulumi's own rule for project and stack names, and its limit.
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")

META_KEY = ".pulumi/meta.yaml"
META_BODY = b"version: 1\n"
"""The mark by which Pulumi's S3 backend knows its layout with project folders."""


@dataclass(frozen=True, slots=True, order=True)
class StackName:
    """A stack of a project. Raises BadRequestError for a name that Pulumi would not take."""

    project: str
    stack: str

    def __post_init__(self) -> None:
        for kind, name in (("project", self.project), ("stack", self.stack)):
            if not _NAME.fullmatch(name) or name in {".", ".."}:
                raise BadRequestError(
                    f"'{name}' is no {kind} name",
                    way_out="use letters, digits, '-', '_' and '.', at most 100 of them",
                )

    def __str__(self) -> str:
        return f"{self.project}/{self.stack}"

    @property
    def qualified(self) -> str:
        """The name as it stands in a checkpoint: `organization/<project>/<stack>`."""
        return f"{ORGANIZATION}/{self.project}/{self.stack}"

    @property
    def checkpoint_key(self) -> str:
        """Where Pulumi's S3 backend keeps the checkpoint."""
        return f".pulumi/stacks/{self.project}/{self.stack}.json"

    @property
    def checkpoint_keys(self) -> tuple[str, ...]:
        """All names under which that backend looks for it; the newest wins."""
        return tuple(self.checkpoint_key + ending for ending in ("", ".gz", ".zst"))

    @property
    def lock_prefix(self) -> str:
        """The folder in which that backend looks for locks."""
        return f".pulumi/locks/{self.qualified}/"

    def lock_key(self, update_id: str) -> str:
        """Our lock bears the update's id, so that we can prove later that it is ours."""
        return f"{self.lock_prefix}{update_id}.json"

    @property
    def record_key(self) -> RecordKey:
        """Where the stack's record is."""
        return RecordKey(partition=stacks_partition(self.project), sort=self.stack)


def stacks_partition(project: str) -> str:
    """The partition that lists a project's stacks."""
    return f"stacks#{project}"


def updates_partition(stack_id: str) -> str:
    """The partition that lists a stack's updates, in the order of their creation."""
    return f"updates#{stack_id}"


def update_record_key(stack_id: str, update_id: str) -> RecordKey:
    """Where an update's record is."""
    return RecordKey(partition=updates_partition(stack_id), sort=update_id)


def conflict_key(name: StackName, update_id: str) -> str:
    """Where a fold is kept that could not be published, since the checkpoint had moved."""
    return f".hoist/conflicts/{name.qualified}/{update_id}.json"


def service_key_key(stack_id: str) -> str:
    """Where the wrapped data key of a stack is whose secrets this service encrypts."""
    return f".hoist/keys/{stack_id}.json"


def late_log_id(update_id: str) -> str:
    """The log of what a cancelled update's client had to tell afterwards."""
    return f"{update_id}-late"
