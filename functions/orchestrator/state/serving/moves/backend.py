"""The stacks in the backend of a bare CLI."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from orchestrator.state.errors import BadRequestError, CorruptStateError
from orchestrator.state.names import META_KEY, StackName
from orchestrator.state.serving.errors import BackendLayoutError, StackLockedError
from orchestrator.state.serving.moves.backend_files import BackendFiles
from orchestrator.state.serving.moves.moving_stack import MovingStack, read_moving
from orchestrator.state.serving.moves.packed import without_zstd
from orchestrator.state.stacks import CHECKPOINTS

_CHECKPOINT = re.compile(re.escape(CHECKPOINTS) + r"([^/]+)/([^/]+)\.json(\.gz|\.zst)?")
# Before there were folders of projects.
_LOOSE_CHECKPOINT = re.compile(re.escape(CHECKPOINTS) + r"[^/]+\.json(\.gz|\.zst)?")


class BareBackend:
    """Reads stacks. `zstd` is the program that unpacks what Python cannot, if there is one."""

    def __init__(self, files: BackendFiles, *, zstd: str | None) -> None:
        self._files = files
        self._zstd = zstd

    def names(self) -> Sequence[StackName]:
        """All stacks, in order. Raises BackendLayoutError if there is none, or of an old layout."""
        keys = list(self._files.keys(CHECKPOINTS))
        if any(_LOOSE_CHECKPOINT.fullmatch(key) for key in keys):
            raise BackendLayoutError(
                "stacks lie there without the folder of their project, as older CLIs kept them",
                way_out="log in there with a present CLI and run `pulumi state upgrade`",
            )
        names = {name for name in map(_name_at, keys) if name}
        if not names and self._files.read(META_KEY) is None:
            raise BackendLayoutError(
                "no Pulumi CLI keeps stacks there",
                way_out="give the address as `pulumi whoami -v` shows it",
            )
        return sorted(names)

    def read(self, name: StackName) -> MovingStack:
        """The stack. Raises StackLockedError, CorruptStateError, and BadRequestError if it is not
        there."""
        self._refuse_locked(name)
        found = [(key, self._files.read(key)) for key in name.checkpoint_keys]
        bodies = [without_zstd(body, program=self._zstd) for _, body in found if body is not None]
        if not bodies:
            raise BadRequestError(f"there is no stack '{name}'")
        tags = self._tags(name)
        first, *others = [read_moving(name, body, tags) for body in bodies]
        if any(other.digest != first.digest for other in others):
            raise CorruptStateError(
                f"stack '{name}' has several checkpoints there, which differ",
                way_out="remove those that are not right: "
                + ", ".join(key for key, body in found if body is not None),
            )
        return first

    def _refuse_locked(self, name: StackName) -> None:
        for key in self._files.keys(name.lock_prefix):
            lock = _document(self._files.read(key) or b"")
            who = f"{lock.get('username', 'somebody')}@{lock.get('hostname', 'an unknown host')}"
            raise StackLockedError(
                f"stack '{name}' is locked there by {who} since "
                f"{lock.get('timestamp', 'an unknown time')}",
                way_out=f"wait for it to end; if it is dead, run `pulumi cancel` there ({key})",
            )

    def _tags(self, name: StackName) -> Mapping[str, str]:
        body = self._files.read(tags_key(name))
        tags = {} if body is None else _document(body).get("tags")
        if not isinstance(tags, dict) or not all(isinstance(text, str) for text in tags.values()):
            raise CorruptStateError(
                f"the tags of stack '{name}' cannot be read",
                way_out=f"remove {tags_key(name)} and set them again",
            )
        return tags


def tags_key(name: StackName) -> str:
    """Where a bare CLI keeps a stack's tags."""
    return f"{CHECKPOINTS}{name.project}/{name.stack}.pulumi-tags"


def _name_at(key: str) -> StackName | None:
    found = _CHECKPOINT.fullmatch(key)
    if found is None:
        return None
    with suppress(BadRequestError):
        return StackName(found[1], found[2])
    return None


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
